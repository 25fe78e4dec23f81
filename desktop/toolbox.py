"""Every tool there is, in the order of the tool bar, by name."""

from desktop.tools.brush import BRUSH, ERASER
from desktop.tools.crop import CROP
from desktop.tools.frame import FRAME
from desktop.tools.move import MOVE
from desktop.tools.pan import PAN
from desktop.tools.pick import PICK
from desktop.tools.select import LASSO, SHAPE
from desktop.tools.tool import Tool
from desktop.tools.transform import TRANSFORM
from desktop.tools.turn import TURN
from desktop.tools.wand import FILL, WAND
from desktop.tools.zoom import ZOOM

ORDER = (
    FRAME,
    MOVE,
    TRANSFORM,
    BRUSH,
    ERASER,
    FILL,
    PICK,
    SHAPE,
    LASSO,
    WAND,
    CROP,
    PAN,
    ZOOM,
    TURN,
)

TOOLS: dict[str, Tool] = {tool.name: tool for tool in ORDER}
