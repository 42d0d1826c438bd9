# elf.py - sections and symbols of a little-endian ELF object, of any machine
# SPDX-License-Identifier: MIT
#
# The fields are those of the System V gABI, chapter 4. Our own reader, because a host's nm need not
# know the targets that its clang compiles for.
import struct

SHT_SYMTAB = 2
STB_LOCAL = 0
SHN_UNDEF = 0


class Elf:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        if self.data[:4] != b"\x7fELF" or self.data[5] != 1:
            raise ValueError(f"{path}: not a little-endian ELF object")
        self.wide = self.data[4] == 2
        self._read_sections()
        self.symbols = list(self._read_symbols())

    def _read_sections(self):
        form, at = ("<Q", 0x28) if self.wide else ("<I", 0x20)
        table, = struct.unpack_from(form, self.data, at)
        size, count, names = struct.unpack_from("<HHH", self.data, 0x3A if self.wide else 0x2E)
        form = "<IIQQQQIIQQ" if self.wide else "<IIIIIIIIII"
        rows = [struct.unpack_from(form, self.data, table + i * size) for i in range(count)]
        # name, type, flags, address, offset, size, link, info, align, entry size
        self.rows = rows
        self.sections = [(self._string(rows[names], row[0]), row[5]) for row in rows]

    def _string(self, row, offset):
        start = row[4] + offset
        return self.data[start:self.data.index(b"\0", start)].decode()

    def _read_symbols(self):
        """(name, defined, local) of every named symbol."""
        form, size = ("<IBBHQQ", 24) if self.wide else ("<IIIBBH", 16)
        for row in self.rows:
            if row[1] != SHT_SYMTAB:
                continue
            for at in range(row[4], row[4] + row[5], size):
                fields = struct.unpack_from(form, self.data, at)
                info, section = (fields[1], fields[3]) if self.wide else (fields[3], fields[5])
                name = self._string(self.rows[row[6]], fields[0])
                if name:
                    yield name, section != SHN_UNDEF, info >> 4 == STB_LOCAL

    def defined(self):
        return {name for name, is_defined, local in self.symbols if is_defined and not local}

    def undefined(self):
        return {name for name, is_defined, _ in self.symbols if not is_defined}
