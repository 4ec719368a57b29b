from django.urls import path, re_path

from mithaq.web.exchange import acts, blobs, checkpoints, facts, hints, mirror

_ORIGIN = r"(?P<origin_sha256>[0-9a-f]{64})"
_NUMBER = r"(?:0|[1-9][0-9]{0,9})"
_SHA256 = r"(?P<sha256>[0-9a-f]{64})"

urlpatterns = [
    path("checkpoint", checkpoints.show_checkpoint),
    path("release-head", checkpoints.show_release_head),
    path("acts", acts.list_released),
    path("hint", hints.take_hint),
    path("status", facts.show_status),
    re_path(rf"^root/(?P<version>{_NUMBER})\Z", facts.show_root),
    re_path(rf"^heads/{_ORIGIN}\Z", checkpoints.show_cosigned),
    re_path(rf"^mirror/{_ORIGIN}/(?P<tile_path>tile/.+)\Z", mirror.show_mirrored_tile),
    re_path(rf"^mirror/{_ORIGIN}/acts\Z", acts.list_mirrored),
    re_path(rf"^blob/{_SHA256}\Z", blobs.show_manifest),
    re_path(rf"^blob/{_SHA256}/(?P<number>{_NUMBER})\Z", blobs.show_chunk),
]
