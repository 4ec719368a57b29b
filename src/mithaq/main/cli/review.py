"""``mithaq review``: reviews of agreements, and the deposit and opening of sealed opinions."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mithaq.main.cli.app import make_noun, output_of
from mithaq.main.cli.failure import OK
from mithaq.main.cli.output import Output
from mithaq.main.cli.people import TO_RELEASE, hold, is_by_people
from mithaq.main.cli.titles import pick_title

if TYPE_CHECKING:
    from mithaq.node.append.submit import Author
    from mithaq.node.node import Node
    from mithaq.registers.review.forms.seals import Step

PlanId = Annotated[str, typer.Argument(metavar="ID")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    noun = make_noun("Reviews of agreements: what each side thinks, and what both agree on.")
    noun.command("list")(list_all)
    noun.command("show")(show)
    noun.command("settle")(settle)
    app.add_typer(noun, name="review")


def list_all(ctx: typer.Context) -> int:
    """List review campaigns, the one due last first."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    with reading(output) as node:
        from mithaq.registers.review.reading.describing import summarise
        from mithaq.registers.review.reading.reviews import ordered_plans, read_reviews

        today = node.clock.now().date()
        found = [summarise(each, today) for each in read_reviews(node, ordered_plans())]
        records = [{**each, "title": pick_title(each["title"], output.face.lang)} for each in found]
    columns = ("id", "state", "due_on", "done", "count", "title")
    output.show_all("mithaq/review-list/1", iter(records), columns)
    return OK


def show(ctx: typer.Context, plan_id: PlanId) -> int:
    """Show one campaign: every agreement, every side, what was agreed."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    with reading(output) as node:
        record = _describe(node, plan_id, output)
    output.show("mithaq/review-show/1", record)
    return OK


def _describe(node: "Node", plan_id: str, output: Output) -> dict[str, Any]:
    from mithaq.registers.review.reading.describing import describe_review
    from mithaq.registers.review.reading.reviews import read_review

    review, own = read_review(node, plan_id), str(node.identity.code)
    record = describe_review(review, node.clock.now().date(), own, lambda _: True)
    return {**record, "title": pick_title(record["title"], output.face.lang)}


def settle(
    ctx: typer.Context,
    plan_id: PlanId,
    releaser: Annotated[
        str | None, typer.Option("--releaser", help="The post that releases; release by default.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what is due, send nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> int:
    """Deposit our sealed opinions with the other sides, and open those of which all sides have deposited."""
    from mithaq.main.cli.homes import author_of, reading, writing

    output = output_of(ctx)
    author = author_of(output, releaser, "release")
    by_people = is_by_people(output)
    with reading(output) if dry_run else writing(output) as node:
        from mithaq.registers.review.forms.seals import list_steps
        from mithaq.registers.review.reading.reviews import read_review

        steps = list_steps(node, read_review(node, plan_id))
        for step in steps:
            output.preview(pick_title(step.title, output.face.lang), _preview(step, author.post))
        if not steps or not output.may_go_on(is_dry=dry_run, is_agreed=yes):
            done: list[str] = []
        else:
            done = [_perform(output, node, step, author, by_people=by_people) for step in steps]
    state = "nothing_due" if not steps else TO_RELEASE if by_people else "sent" if done else "shown"
    output.show("mithaq/review-settle/1", {"id": plan_id, "state": state, "acts": done})
    return OK


def _preview(step: "Step", post: str) -> dict[str, Any]:
    from mithaq.web.outgoing.commands import kind_of, to_json

    stored = to_json(step.command)
    return {
        "kind": kind_of(step.command),
        "to": stored["recipients"],
        "opinions": [{"index": each.index, "c": each.commitment} for each in step.opinions],
        "released_by": post,
    }


def _perform(output: Output, node: "Node", step: "Step", author: "Author", *, by_people: bool) -> str:
    if by_people:
        return hold(output, node, step.command, step.title, author)
    from mithaq.web.outgoing.perform import perform

    return str(perform(step.command, author, node).act_id)
