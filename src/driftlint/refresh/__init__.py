"""Ids of hosted models out of the wheels of vendors' SDKs, beside the table that the packs hold.

Promises: wheels are read as text, nothing of them is installed or imported; only `download` reaches out, and only when
asked. Refuses to know: which vendors there are (the packs list their SDKs).
"""
