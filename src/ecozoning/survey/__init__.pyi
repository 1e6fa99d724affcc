from .chain import AdjustedChain as AdjustedChain
from .chain import adjust_chain as adjust_chain
from .codes import land_classes as land_classes
from .codes import translate_codes as translate_codes
from .ledger_tables import AreaLedger as AreaLedger
from .ledgers import area_ledger as area_ledger
from .minimum_areas import MergedParcels as MergedParcels
from .minimum_areas import below_minimum as below_minimum
from .minimum_areas import merge_below_minimum as merge_below_minimum
from .parcel_areas import parcel_fields as parcel_fields
from .parcel_areas import rounded_areas as rounded_areas
from .parcel_rules import check_parcels as check_parcels

__all__ = [
    "AdjustedChain",
    "AreaLedger",
    "MergedParcels",
    "adjust_chain",
    "area_ledger",
    "below_minimum",
    "check_parcels",
    "land_classes",
    "merge_below_minimum",
    "parcel_fields",
    "rounded_areas",
    "translate_codes",
]
