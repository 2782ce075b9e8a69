/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.codec.ValueBytes;
import dev.nestmap.runtime.error.Reason;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The functions of an executable or library (ELF64, {@code elf.h}), with their offsets in the file. */
record FunctionOffsets(Path file, Map<String, Long> offsets) {
    private static final int FILE_HEADER_SIZE = 64;
    private static final int SECTION_HEADER_SIZE = 64;
    private static final int SYMBOL_SIZE = 24;
    private static final int ELF_MAGIC = 0x7f454c46;
    private static final int ELFCLASS64 = 2;
    private static final int SHT_SYMTAB = 2;
    private static final int SHT_DYNSYM = 11;
    private static final int STT_FUNC = 2;

    /** A table of symbols or names that is larger than this is not read. */
    private static final long LARGEST_TABLE = 1L << 30;

    /** Reads the symbols of a file. */
    static FunctionOffsets of(Path file, AttachErrors errors) {
        FunctionOffsets functions = new FunctionOffsets(file, new LinkedHashMap<>());
        try (RandomAccessFile input = new RandomAccessFile(file.toFile(), "r")) {
            functions.read(input, errors);
            return functions;
        } catch (IOException e) {
            throw Files.notExists(file)
                    ? errors.failed(Reason.NOT_FOUND, "there is no file " + file)
                    : errors.unreadable(file, e);
        }
    }

    /** The offset of a function in the file. */
    long offset(String function, AttachErrors errors) {
        Long offset = offsets.get(function);
        if (offset == null) {
            throw errors.failed(
                    Reason.NOT_FOUND,
                    file + " has no function " + function + " in its symbol tables: list them with nm -D " + file
                            + " and nm " + file);
        }
        return offset;
    }

    /** The offsets of the functions whose names match. */
    List<Long> matching(Predicate<String> name) {
        return offsets.entrySet().stream()
                .filter(entry -> name.test(entry.getKey()))
                .map(Map.Entry::getValue)
                .distinct()
                .toList();
    }

    private void read(RandomAccessFile input, AttachErrors errors) throws IOException {
        if (input.length() < FILE_HEADER_SIZE) {
            throw errors.failed(Reason.WRONG_USE, file + " is not an ELF file");
        }
        ByteBuffer header = bytes(input, 0, FILE_HEADER_SIZE, ByteOrder.BIG_ENDIAN);
        if (header.getInt(0) != ELF_MAGIC || header.get(4) != ELFCLASS64) {
            throw errors.failed(Reason.WRONG_USE, file + " is not a 64-bit ELF file");
        }
        header.order(ByteOrder.nativeOrder());
        int count = Short.toUnsignedInt(header.getShort(60));
        ByteBuffer sections = bytes(input, header.getLong(40), (long) count * SECTION_HEADER_SIZE, header.order());
        List<Section> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(Section.at(sections, i * SECTION_HEADER_SIZE));
        }
        for (Section section : all) {
            if ((section.type() == SHT_SYMTAB || section.type() == SHT_DYNSYM)
                    && Integer.compareUnsigned(section.link(), count) < 0) {
                ByteBuffer symbols = bytes(input, section.offset(), section.size(), header.order());
                Section names = all.get(section.link());
                readSymbols(symbols, bytes(input, names.offset(), names.size(), header.order()), all);
            }
        }
    }

    private void readSymbols(ByteBuffer symbols, ByteBuffer names, List<Section> sections) {
        for (int at = 0; at + SYMBOL_SIZE <= symbols.limit(); at += SYMBOL_SIZE) {
            int section = Short.toUnsignedInt(symbols.getShort(at + 6));
            boolean defined = section != 0 && section < sections.size();
            int name = symbols.getInt(at);
            boolean named = name >= 0 && name < names.limit();
            if (defined && named && (symbols.get(at + 4) & 0xf) == STT_FUNC) {
                Section code = sections.get(section);
                // The value is an address in memory.
                offsets.putIfAbsent(
                        ValueBytes.getString(names, name, names.limit() - name),
                        symbols.getLong(at + 8) - code.address() + code.offset());
            }
        }
    }

    /** Reads a part of the file. A FileChannel would fail in an interrupted thread. */
    private static ByteBuffer bytes(RandomAccessFile input, long offset, long size, ByteOrder order)
            throws IOException {
        if (offset < 0 || size < 0 || size > LARGEST_TABLE || offset > input.length() - size) {
            throw new IOException("a table of " + size + " bytes at " + offset + " is not in the file");
        }
        byte[] bytes = new byte[Math.toIntExact(size)];
        input.seek(offset);
        input.readFully(bytes);
        return ByteBuffer.wrap(bytes).order(order);
    }

    private record Section(int type, long address, long offset, long size, int link) {
        static Section at(ByteBuffer headers, int at) {
            return new Section(
                    headers.getInt(at + 4),
                    headers.getLong(at + 16),
                    headers.getLong(at + 24),
                    headers.getLong(at + 32),
                    headers.getInt(at + 40));
        }
    }
}
