"""The shaded relief: GEBCO's grid as one pale Web-Mercator image.

It is a ground for ink, not a picture: the darkest shadow stays lighter than the thinnest grey
line drawn on it, and the edges fade out so that the map has no frame.
"""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter, map_coordinates

from geo.collection import mercator
from tools.layers.elevation import Elevation

SOUTH, WEST, NORTH, EAST = 36.33, 66.15, 43.2, 77.0
WIDTH = 2400  # pixels; a little coarser than the grid's 15 seconds of arc
FADE = 0.09  # share of the width over which the edges turn transparent

AZIMUTH, ALTITUDE = 315.0, 45.0
EXAGGERATION = 2.2
EARTH_RADIUS_M = 6_378_137.0

# Hypsometric tints by metres above the sea: sage plains, straw foothills, warm grey ranges,
# and near white where the snow lies.
TINTS = {
    200: (232, 236, 221),
    700: (238, 239, 224),
    1400: (245, 241, 226),
    2300: (244, 236, 219),
    3300: (239, 229, 214),
    4200: (239, 233, 226),
    5000: (247, 246, 243),
    7000: (253, 253, 252),
}
SHADOW = np.array([104, 100, 112])  # a cool grey; what lies in the shade goes towards it
SHADE_DEPTH = 0.54
QUALITY = 82  # of the WebP; below 75 the plains show blocks
GLOW = 0.55  # how far sunlit slopes go towards white


@dataclass(frozen=True)
class Grid:
    """Elevation on Web-Mercator pixels.

    Attributes
    ----------
    metres : numpy.ndarray
        Elevation; row 0 is the north.
    pixel_m : numpy.ndarray
        Ground size of a pixel in metres, for each row.
    """

    metres: np.ndarray
    pixel_m: np.ndarray


def bounds() -> list[list[float]]:
    """South-west and north-east corners as ``[[south, west], [north, east]]``."""
    return [[SOUTH, WEST], [NORTH, EAST]]


def relief_webp(elevation: Elevation) -> bytes:
    """Draw the relief as a WebP image with transparency."""
    grid = _mercator_grid(elevation)
    colour = _tinted(grid.metres)
    light = _light(grid)[..., np.newaxis]
    dark = np.clip(1 - light, 0, 1) * SHADE_DEPTH
    bright = np.clip(light - 1, 0, 1) * GLOW
    colour = colour * (1 - dark) + SHADOW * dark
    colour = colour * (1 - bright) + 255 * bright
    alpha = _fade(grid.metres.shape) * 255
    pixels = np.dstack([colour, alpha]).round().clip(0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels, "RGBA").save(
        out, "WEBP", quality=QUALITY, alpha_quality=60, method=6, exact=False
    )
    return out.getvalue()


def _mercator_grid(elevation: Elevation) -> Grid:
    """Resample the grid, which is regular in degrees, to Web-Mercator pixels."""
    top, bottom = mercator.northing([NORTH, SOUTH]).tolist()
    pixel = np.radians(EAST - WEST) / WIDTH
    height = round((top - bottom) / pixel)
    y = top - (np.arange(height) + 0.5) * (top - bottom) / height
    latitudes = mercator.latitude(y)
    longitudes = WEST + (np.arange(WIDTH) + 0.5) * (EAST - WEST) / WIDTH
    lat, lon = elevation.latitudes, elevation.longitudes
    rows = (latitudes - lat[0]) / (lat[1] - lat[0])
    columns = (longitudes - lon[0]) / (lon[1] - lon[0])
    calm = gaussian_filter(elevation.metres, sigma=0.6)
    at = np.broadcast_arrays(rows[:, np.newaxis], columns[np.newaxis, :])
    sampled = map_coordinates(calm, at, order=1, mode="nearest")
    return Grid(sampled, pixel * EARTH_RADIUS_M * np.cos(np.radians(latitudes)))


def _light(grid: Grid) -> np.ndarray:
    """Brightness relative to level ground, which is 1.

    Fine slopes carry the detail; slopes of the smoothed terrain are mixed in, so that whole
    ranges read as one form and the page doesn't turn into crumpled paper.
    """
    fine = _hillshade(grid.metres, grid.pixel_m)
    broad = _hillshade(gaussian_filter(grid.metres, sigma=6) * 1.6, grid.pixel_m)
    return 0.55 * fine + 0.45 * broad


def _hillshade(metres: np.ndarray, pixel_m: np.ndarray) -> np.ndarray:
    """Lambertian shading from the north-west, relative to level ground."""
    size = pixel_m[:, np.newaxis]
    to_south, to_east = np.gradient(metres * EXAGGERATION)
    to_south, to_east = to_south / size, to_east / size
    sun, azimuth = np.radians(ALTITUDE), np.radians(AZIMUTH)
    # The terrain's normal is (-east, +south, 1) in east, north and up.
    toward_sun = -to_east * np.sin(azimuth) + to_south * np.cos(azimuth)
    lit = np.sin(sun) + toward_sun * np.cos(sun)
    return np.asarray(np.clip(lit / np.sqrt(1 + to_east**2 + to_south**2), 0, None) / np.sin(sun))


def _tinted(metres: np.ndarray) -> np.ndarray:
    """Hypsometric tints, blended smoothly between their heights."""
    heights = np.array(list(TINTS), float)
    colours = np.array(list(TINTS.values()), float)
    return np.asarray(PchipInterpolator(heights, colours)(metres.clip(heights[0], heights[-1])))


def _fade(shape: tuple[int, int]) -> np.ndarray:
    """Opacity: 1 inside, falling smoothly to 0 at the four edges."""
    height, width = shape
    reach = FADE * width

    def ramp(length: int) -> np.ndarray:
        from_edge = np.minimum(np.arange(length) + 0.5, length - np.arange(length) - 0.5)
        t = np.clip(from_edge / reach, 0, 1)
        return np.asarray(t * t * t * (t * (6 * t - 15) + 10))

    return np.outer(ramp(height), ramp(width))
