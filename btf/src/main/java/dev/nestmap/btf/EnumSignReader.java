/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides whether an enum of an object has negative values. Since LLVM 15, a flag marks such enums ({@code BTF_INFO_KFLAG}). In older
 * objects, a 32-bit constant with its highest bit set can be {@code -1} or {@code 0xffffffff}. If another enum of the file has the flag, or
 * if the debug information names a compiler that writes the flag, an enum without it has no negative values. Otherwise this class guesses:
 * an enum with a constant from -4095 to -1, such as an error number, has negative values. {@code SchemaComparison} does not rely on the
 * guess.
 *
 * @param flagged whether the compiler writes the flag
 */
record EnumSignReader(boolean flagged) {
    private static final int FIRST_LLVM_WITH_FLAG = 15;

    /** {@code MAX_ERRNO} in the kernel. Flags and other large numbers are further away from 0. */
    private static final int LEAST_ERRNO = -4095;

    private static final Pattern VERSION = Pattern.compile("clang version ([0-9]{1,3})\\.");

    static EnumSignReader of(Elf elf, Btf btf) {
        return new EnumSignReader(hasFlag(btf)
                || elf.section(".debug_str")
                        .map(EnumSignReader::compilerHasFlag)
                        .orElse(false));
    }

    /** For BTF without an object file, where no compiler version is available. */
    static EnumSignReader of(Btf btf) {
        return new EnumSignReader(hasFlag(btf));
    }

    private static boolean hasFlag(Btf btf) {
        return btf.types(BtfKind.ENUM, BtfKind.ENUM64).anyMatch(type -> type.kind() == BtfKind.ENUM64 || type.flag());
    }

    boolean isSigned(BtfType type) {
        if (flagged || type.flag()) {
            return type.flag();
        }
        return type.enumerators().stream()
                .mapToInt(enumerator -> (int) enumerator.value())
                .anyMatch(value -> value < 0 && value >= LEAST_ERRNO);
    }

    private static boolean compilerHasFlag(Elf.Section names) {
        Matcher matcher = VERSION.matcher(names.bytes().latin1());
        return matcher.find() && Integer.parseInt(matcher.group(1)) >= FIRST_LLVM_WITH_FLAG;
    }
}
