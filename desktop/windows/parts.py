"""Makes the panels of the window. Apart from the window itself, because they load numpy.

The window is painted before this module is imported: see `desktop.app`.
"""

from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QMainWindow, QWidget

from desktop.ask import request_size
from desktop.canvas.frame_label import FrameLabel
from desktop.canvas.view import CanvasView
from desktop.controls.prompt_edit import PromptEdit
from desktop.document.geometry import Size
from desktop.errands import Errands
from desktop.hand import Hand
from desktop.icons import Icons
from desktop.paint_verbs import PaintVerbs
from desktop.panels.candidates import CandidatesPanel
from desktop.panels.colours import ColoursPanel
from desktop.panels.create import CreatePage
from desktop.panels.edits import EditsPanel
from desktop.panels.follow import FollowRow
from desktop.panels.invitation import Invitation
from desktop.panels.layers import LayersPanel
from desktop.panels.messages import MessageBar
from desktop.panels.navigator import NavigatorPanel
from desktop.panels.offer import OfferBar
from desktop.panels.progress import ProgressLine
from desktop.panels.prompt import PromptPanel
from desktop.panels.queue import QueuePanel
from desktop.panels.result import ResultPanel
from desktop.panels.tool_options import ToolOptionsPanel
from desktop.panels.variations import VariationsPanel
from desktop.panels.welcome import Welcome
from desktop.studio import Studio
from desktop.windows.clipboard import Clipboard
from desktop.windows.exchange import Exchange
from desktop.windows.ideas import IdeasPages
from desktop.windows.status import StatusLine
from engine.families import find


@dataclass(frozen=True, slots=True)
class Model:
    """What the window says about the model in use."""

    name: str
    limits: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """Everything the window is made of, connected to one studio. `stage` carries the canvas."""

    studio: Studio
    hand: Hand
    stage: QWidget
    create: CreatePage
    welcome: Welcome
    offer: OfferBar
    canvas: CanvasView
    progress: ProgressLine
    prompt: PromptPanel
    follow: FollowRow
    queue: QueuePanel
    tray: CandidatesPanel
    invitation: Invitation
    messages: MessageBar
    layers: LayersPanel
    options: ToolOptionsPanel
    colours: ColoursPanel
    edits: EditsPanel
    navigator: NavigatorPanel
    result: ResultPanel
    variations: VariationsPanel
    painting: PaintVerbs
    ideas: IdeasPages
    exchange: Exchange
    clipboard: Clipboard
    status: StatusLine


def make_parts(
    window: QMainWindow, edit: PromptEdit, studio: Studio, icons: Icons, model: Model
) -> Parts:
    """Make the panels; `edit` is the prompt's box, which the window already shows."""
    stage = QWidget()
    hand = Hand(window)
    canvas = CanvasView(studio.document, hand)
    canvas.errands = _errands(studio, canvas)
    canvas.label = FrameLabel(studio.document, partial(_working_size, studio))
    studio.extending.place_changed.connect(canvas.show_place)
    progress = ProgressLine(studio, model.limits)
    prompt = PromptPanel(studio, icons, progress, edit)
    prompt.begins.connect(canvas.slow_edits.finish)
    messages = MessageBar(stage, studio, icons)
    queue = QueuePanel(stage, studio, icons)
    messages.keep_clear_of(queue)
    prompt.show_beside_progress(queue.button)
    ideas = IdeasPages(studio, hand, icons, messages, lambda: prompt.prompt)
    follow = FollowRow(studio, ideas.sources)
    prompt.show_beside_strength(follow)
    painting = PaintVerbs(studio, hand)
    welcome = Welcome(studio.paths.resources)
    offer = OfferBar(studio, icons)
    painting.prompt = lambda: prompt.prompt.strip()
    result = ResultPanel(studio.document, hand)
    result.errands = _errands(studio, result)
    return Parts(
        studio=studio,
        hand=hand,
        stage=stage,
        create=CreatePage(studio, icons, welcome, offer),
        welcome=welcome,
        offer=offer,
        canvas=canvas,
        progress=progress,
        prompt=prompt,
        follow=follow,
        queue=queue,
        tray=CandidatesPanel(studio, icons),
        invitation=Invitation(studio.paths.resources),
        messages=messages,
        layers=LayersPanel(studio.document, hand, icons, studio.paths.cache / "dragged"),
        options=ToolOptionsPanel(hand),
        colours=ColoursPanel(hand, icons),
        edits=EditsPanel(studio.document),
        navigator=NavigatorPanel(canvas),
        result=result,
        variations=VariationsPanel(studio, icons),
        painting=painting,
        exchange=Exchange(window, studio, prompt),
        clipboard=Clipboard(studio, hand, canvas, _errands(studio, window)),
        ideas=ideas,
        status=StatusLine(studio, canvas, model.name),
    )


def _errands(studio: Studio, parent: QWidget) -> Errands:
    """Return who does slow work for one part of the window, in the thread that adjusts."""
    made = Errands(studio.adjusting.jobs, parent)
    made.failed.connect(studio.tell)
    return made


def _working_size(studio: Studio, frame: Size) -> tuple[int, int]:
    """Return width and height at which the model in use paints for a frame."""
    return request_size(frame, find(studio.model))
