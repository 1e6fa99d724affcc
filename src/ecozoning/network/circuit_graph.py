"""A surface as a circuit: nodes, what is one node, and the Laplacian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecozoning._validation.grids import check_same_grid
from ecozoning._validation.layers import check_polygons
from ecozoning.errors import CRSMismatchError, ParameterError
from ecozoning.raster.burning import burnt
from ecozoning.raster.values import nodata_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from ecozoning.network.surfaces import Surface

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int32]

__all__ = ["Graph", "graph_of", "region_cells"]


@dataclass(frozen=True)
class Graph:
    """All cells that can be crossed, as nodes of a circuit.

    Attributes
    ----------
    cells : (rows, columns) int32
        Node of each cell, -1 for none.
    adjacency : (n, n) csr_array of float64
        Conductances between nodes.
    part_of : (n,) int32
        Connected part that each node belongs to.
    """

    cells: Ints
    adjacency: csr_array[Any, Any]
    part_of: Ints

    def laplacian(self, nodes: NDArray[np.intp]) -> csr_array[Any, Any]:
        """Return sums of conductances on the diagonal, less those elsewhere."""
        from scipy.sparse import diags_array

        whole = nodes.size == self.part_of.size
        inner = self.adjacency if whole else self.adjacency[nodes][:, nodes]
        total = diags_array(np.asarray(inner.sum(axis=1)).ravel())
        matrix: csr_array[Any, Any] = (total - inner).tocsr()
        matrix.sort_indices()
        return matrix

    def spread(self, values: Floats) -> Floats:
        """Return values of nodes as a raster, NaN where there is no node."""
        return np.append(values, np.nan)[self.cells]


def graph_of(
    surface: Surface,
    *,
    regions: Sequence[Ints] = (),
    connectivity: int,
    average: str,
) -> Graph:
    """
    Return the circuit of a surface, the cells of each region being one node.

    Nodes are numbered by row and column of their first cell. A region reaches over
    cells that nothing can cross if one of its cells can be crossed; no branch of the
    grid ends in such a cell.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    from ecozoning._kernels.circuit import branches

    resistance = np.asarray(surface.values, dtype=np.float64)
    cells = _merged(np.isfinite(resistance), regions)
    one, two, conductance = branches(
        resistance, cells, surface.steps_m, connectivity == 8, average == "conductance"
    )
    size = int(cells.max()) + 1
    half = coo_array((conductance, (one, two)), shape=(size, size)).tocsr()
    adjacency = (half + half.T).tocsr()
    _, part_of = connected_components(adjacency, directed=False)
    return Graph(cells, adjacency, part_of.astype(np.int32))


def _merged(passable: NDArray[np.bool_], regions: Sequence[Ints]) -> Ints:
    """Return the node of each cell, regions that share a cell being one."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    reached = [_reached(passable, region) for region in regions]
    inside = passable.copy()
    for region in reached:
        inside |= region > 0
    numbers = np.full(passable.shape, -1, np.int32)
    numbers[inside] = np.arange(np.count_nonzero(inside), dtype=np.int32)
    if not any(region.any() for region in reached):
        return numbers
    links = [_links(numbers, region) for region in reached]
    one, two = (np.concatenate(ends) for ends in zip(*links, strict=True))
    size = int(inside.sum())
    ones = np.ones(one.size, np.int8)
    # Parts are numbered in the order in which rows are read.
    _, node = connected_components(
        coo_array((ones, (one, two)), shape=(size, size)).tocsr(), directed=False
    )
    numbers[inside] = node
    return numbers


def _reached(passable: NDArray[np.bool_], region: Ints) -> Ints:
    """Return regions without those that have no cell to be crossed."""
    known = np.bincount(region[passable].ravel(), minlength=int(region.max()) + 1) > 0
    known[0] = False
    return np.where(known[region], region, 0)


def _links(numbers: Ints, region: Ints) -> tuple[Ints, Ints]:
    """Return each cell of the regions and the first cell of its region."""
    members = numbers[region > 0]
    labels, first = np.unique(region[region > 0], return_index=True)
    position = np.searchsorted(labels, region[region > 0])
    return members, members[first][position]


def region_cells(
    regions: gpd.GeoDataFrame | xr.DataArray, surface: Surface, *, name: str
) -> list[Ints]:
    """Return regions as rasters of numbers, 0 for none; polygons may overlap."""
    import xarray as xr

    if isinstance(regions, xr.DataArray):
        return [_raster_regions(regions, surface, name)]
    frame = check_polygons(regions, name=name)
    if not surface.grid.crs.equals(frame.crs, ignore_axis_order=True):
        msg = (
            f"`{name}` is in {frame.crs.name} but `resistance` in "
            f"{surface.grid.crs.name}; use `{name}.to_crs(resistance.rio.crs)`."
        )
        raise CRSMismatchError(msg)
    return [
        burnt([shape], surface.grid).astype(np.int32)
        for shape in frame.geometry.to_numpy()
    ]


def _raster_regions(regions: xr.DataArray, surface: Surface, name: str) -> Ints:
    """Return the positions of the ids of a raster of whole numbers."""
    check_same_grid(resistance=surface.like, **{name: regions})
    if regions.dtype.kind not in "iu":
        msg = (
            f"`{name}` holds {regions.dtype}, but whole numbers, one for each region "
            f"and 0 for none, are needed; use `{name}.fillna(0).astype('int32')`."
        )
        raise ParameterError(msg)
    cells = np.asarray(regions.data)
    ids = np.where((cells == nodata_of(regions)) | (cells < 0), 0, cells)
    known, position = np.unique(ids, return_inverse=True)
    shift = 0 if known[0] == 0 else 1
    return position.reshape(cells.shape).astype(np.int32) + np.int32(shift)
