"""One pull: follow the partner's log, apply what it released to us, cosign, send the receipt.

Spec: docs/spec 8.3 to 8.5. Every step resumes from what the store holds; a pull that
dies anywhere is simply made again.
"""

from concurrent.futures import Executor, Future
from dataclasses import dataclass

from mithaq.core.acts.release_head import ReleaseHead
from mithaq.core.federation.decision import Step
from mithaq.core.types import Origin, TreeSize
from mithaq.errors import MalformedError, MissingError, MithaqError, RefusedError
from mithaq.node.node import Node, Outcome
from mithaq.node.partner.apply import PageApplier
from mithaq.node.partner.blob_fetch import BlobFetcher
from mithaq.node.partner.cosign import Cosigner
from mithaq.node.partner.follow import Followed, Follower
from mithaq.node.partner.gaps import GapWatch
from mithaq.node.partner.leaves import LeafMismatch
from mithaq.node.partner.own_cosignatures import OwnCosignatures
from mithaq.node.partner.page_reader import FetchedPage
from mithaq.node.partner.pages_ahead import PagesAhead
from mithaq.node.partner.partner_keys import PartnerKeys
from mithaq.node.partner.third_logs import ThirdLogs
from mithaq.node.partner.waiting import WaitingActs
from mithaq.node.ports import PeerClient
from mithaq.node.records import FollowedHead

TAIL_EVERY_S = 0.5
"""How often a pull in a stream of acts compares its last number with the partner's statement."""

RECEIPT_TIMEOUT_S = 60.0
"""How long a receipt may take to the own log before the pull gives up on it."""


@dataclass(frozen=True, slots=True)
class PullResult:
    """What a pull came to.

    Attributes:
        from_size, to_size: verified size before and after.
        applied: leaves that the cursor moved over.
        parked: acts of that log parked here by now.
        cosigned_size: largest size of that log cosigned here.
    """

    origin: Origin
    from_size: TreeSize
    to_size: TreeSize
    applied: int
    parked: int
    cosigned_size: TreeSize


class Puller:
    """Pulls one partner's log."""

    def __init__(
        self,
        node: Node,
        origin: Origin,
        client: PeerClient,
        keys: PartnerKeys,
        follower: Follower,
        applier: PageApplier,
        cosigner: Cosigner,
        fetching: Executor | None = None,
    ) -> None:
        """``fetching`` runs what is fetched ahead; None fetches everything when it is needed."""
        self._node = node
        self._origin = origin
        self._client = client
        self._keys = keys
        self._follower = follower
        self._applier = applier
        self._cosigner = cosigner
        self._news: bytes | None = None
        self._has_waited = False
        self._has_blobs_left = False
        self.is_stopped = False
        """Whether the log is read no further, because too many of its acts wait for others (spec 8.5.3)."""
        self._tail_asked_s = float("-inf")
        self._receipt: Future[list[Outcome]] | None = None
        self._pages = PagesAhead(client, fetching)
        self._blobs = BlobFetcher(node, origin, client)
        self._gaps = GapWatch(node, origin)
        self._third_logs = ThirdLogs(node, origin, client)
        self._waiting = WaitingActs(node)
        self._own_cosignatures = OwnCosignatures(node, client, keys)

    def pull(self, wait_s: int = 0, *, is_to_finish: bool = True) -> PullResult:
        """Bring this node in step with the partner.

        Args:
            wait_s: how long to wait for news when there is none.
            is_to_finish: whether to wait until the last receipt is published too.

        Raises:
            UnavailableError: the partner cannot be reached, or serves what does not fit together.
            MalformedError, RefusedError: what it serves is not a log of its keys.
        """
        before = self._node.store.followed.head(self._origin)
        followed = Followed(before, Step.NOTHING)
        if before.frozen:
            self._follower.tell_alarm(before)
        else:
            followed = self._follow(before, self._take_news(before, wait_s))
        head, step = followed.head, followed.step
        if not head.frozen:
            head = self._apply_all(followed)
            if is_to_finish or self._is_tail_due(has_news=head != before):
                head = self._check_tail(head)
            self._waiting.release()
            self._has_blobs_left = self._blobs.turn()
            self._settle(head, step, head.verified_size > before.verified_size)
        self._own_cosignatures.refresh()
        if is_to_finish:
            self.finish()
        return self._result(before)

    def _follow(self, head: FollowedHead, news: bytes | None) -> Followed:
        if news is not None:
            return self._follower.receive(head, news)
        return Followed(head, self._follower.rest(head))

    def wait_for_news(self, wait_s: int) -> None:
        """Long poll; the next ``pull`` starts from what it brought, and asks no second time."""
        head = self._node.store.followed.head(self._origin)
        self._news = None if head.frozen else self._client.checkpoint(head.verified_size, wait_s)
        self._has_waited = True

    def _take_news(self, head: FollowedHead, wait_s: int) -> bytes | None:
        news, has_waited = self._news, self._has_waited
        self._news, self._has_waited = None, False
        if has_waited:
            return news
        return self._client.checkpoint(head.verified_size, wait_s if self.is_idle() else 0)

    def is_idle(self) -> bool:
        """Whether nothing is left over from a pull that was cut."""
        head = self._node.store.followed.head(self._origin)
        owes = self._node.store.receipts.owed(self._origin, 1)
        is_told = self._receipt is not None or not owes
        is_read = head.next_index >= head.verified_size or self.is_stopped
        return is_read and is_told and not self._has_blobs_left

    def _result(self, before: FollowedHead) -> PullResult:
        followed = self._node.store.followed
        after = followed.head(self._origin)
        cosigned_size, _ = followed.cosigned(self._origin)
        return PullResult(
            self._origin,
            before.verified_size,
            after.verified_size,
            after.next_index - before.next_index,
            followed.count_parked(self._origin),
            cosigned_size,
        )

    # Acts

    def _apply_all(self, followed: Followed) -> FollowedHead:
        head, page = followed.head, followed.page
        if followed.fresh is not None and page is not None:
            head, page = self._applier.apply(head, page.lines, page.next_index, fresh=followed.fresh), None
        self.is_stopped = False
        while head.next_index < head.verified_size and not self.is_stopped:
            before = head.next_index
            head, page = self._apply_page(head, page or self._read_page(head)), None
            self.is_stopped = head.next_index == before
        return head

    def _apply_page(self, head: FollowedHead, page: FetchedPage) -> FollowedHead:
        try:
            return self._applier.apply(head, page.lines, page.next_index)
        except LeafMismatch:
            page = self._read_page(head)
            return self._applier.apply(head, page.lines, page.next_index, park_mismatch=True)

    def _read_page(self, head: FollowedHead) -> FetchedPage:
        return self._pages.read(head.next_index, head.verified_size)

    # What is owed

    def _settle(self, head: FollowedHead, step: Step, has_grown: bool) -> None:
        """Cosign and send receipts when there is something to say or the last cosignature is old.

        The last receipt is left on its way to the log: the partner's next act need not wait for it.
        """
        self.finish()  # or what the receipt before tells would be told twice
        if self.is_stopped:
            return  # a cosignature says that every act was applied or kept
        owes = bool(self._node.store.receipts.owed(self._origin, 1))
        if not (has_grown or owes or step is Step.RECOSIGN):
            return
        is_more_owed = True
        while is_more_owed:
            self.finish()
            draft, is_more_owed = self._cosigner.cosign(head)
            if draft is not None:
                self._receipt = self._node.appender.submit([draft])

    def finish(self) -> None:
        """Wait until the receipt that is on its way is published.

        Raises:
            MithaqError: what kept it from the log; it is made anew by the next pull.
        """
        receipt, self._receipt = self._receipt, None
        if receipt is not None:
            for outcome in receipt.result(RECEIPT_TIMEOUT_S):
                if isinstance(outcome, MithaqError):
                    raise outcome

    def _is_tail_due(self, *, has_news: bool) -> bool:
        """Whether to ask for the release head now: at rest always, in a stream of acts twice a second.

        A tail withheld in between shows at the next question; a lone act need not wait for this one.
        """
        now_s = self._node.clock.monotonic_s()
        is_due = not has_news or now_s - self._tail_asked_s >= TAIL_EVERY_S
        if is_due:
            self._tail_asked_s = now_s
        return is_due

    def _check_tail(self, head: FollowedHead) -> FollowedHead:
        """Retry gaps, and compare our last number with the partner's signed statement (spec 8.5.7)."""
        self._third_logs.follow_up()
        head = self._gaps.retry(head, self._client, self._applier)
        if head.verified_size and head.next_index >= head.verified_size:
            self._gaps.check_tail(head, self._release_head(head))
        return head

    def _release_head(self, head: FollowedHead) -> ReleaseHead | None:
        """The statement; None where it is missing or not one, which is the same to us."""
        try:
            statement = self._keys.open_release_head(self._client.release_head(head.verified_size))
        except (MissingError, MalformedError, RefusedError):
            return None
        is_ours = statement.is_about(
            head.origin, head.verified_size, head.root_hash, self._node.identity.code
        )
        return statement if is_ours else None
