"""Collects the vocabulary and the settings that open_clip reads while it is imported."""

from PyInstaller.utils.hooks import collect_data_files

datas = collect_data_files(
    "open_clip", includes=["bpe_simple_vocab_16e6.txt.gz", "model_configs/*.json"]
)
