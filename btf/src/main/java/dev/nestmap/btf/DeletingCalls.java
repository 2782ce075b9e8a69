/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds calls that may delete entries of inner maps: of {@code bpf_map_delete_elem} with another map than one that the program names, and of {@code
 * bpf_sys_bpf}, which makes system calls. A program names a map with an instruction that loads its address into the register of the first argument.
 * What lies between this instruction and the call is followed only as far as no jump leads there.
 */
public final class DeletingCalls {
    private static final int MAP_DELETE_ELEM = 3;
    private static final int SYS_BPF = 166;

    private static final int SIZE = 8;
    private static final int LOAD_WIDE = 0x18;
    private static final int CALL = 0x85;
    private static final int EXIT = 0x95;
    private static final int JUMP = 0x05;
    private static final int LONG_JUMP = 0x06;

    private final FileBytes code;
    private final long count;
    private final NavigableMap<Long, String> relocations;
    private final boolean isLittle;
    private final Set<String> maps;

    private DeletingCalls(Elf elf, Elf.Section section, Set<String> maps) {
        this.code = section.bytes();
        this.count = code.length() / SIZE;
        this.relocations = elf.relocations(section);
        this.isLittle = elf.order() == ByteOrder.LITTLE_ENDIAN;
        this.maps = maps;
    }

    /**
     * Whether any code of an object has such a call.
     *
     * @param name name or path of the file, for messages
     * @param object the whole file
     * @throws MalformedObjectException if it can't be read
     */
    public static boolean areIn(String name, byte[] object) {
        Elf elf = Elf.parse(name, object);
        Set<String> maps = elf.symbols(Elf.OBJECT_SYMBOL, s -> s.name().equals(BtfMapReader.SECTION)).stream()
                .map(Elf.Symbol::name)
                .collect(Collectors.toSet());
        return elf.symbols(Elf.FUNCTION_SYMBOL, Elf.Section::isCode).stream()
                .map(Elf.Symbol::section)
                .distinct()
                .anyMatch(section -> new DeletingCalls(elf, section, maps).areFound());
    }

    private boolean areFound() {
        Set<Long> targets = targets();
        boolean isNamed = false;
        for (long at = 0; at < count; at++) {
            isNamed &= !targets.contains(at);
            int operation = code.u8(at * SIZE);
            int registers = code.u8(at * SIZE + 1);
            int target = isLittle ? registers & 0xf : registers >> 4;
            int source = isLittle ? registers >> 4 : registers & 0xf;
            if (operation == CALL) {
                int helper = source == 0 ? code.s32(at * SIZE + 4) : 0;
                if (helper == SYS_BPF || (helper == MAP_DELETE_ELEM && !isNamed)) {
                    return true;
                }
                isNamed = false;
            } else if (operation == LOAD_WIDE) {
                isNamed = target == 1 ? maps.contains(relocations.getOrDefault(at * SIZE, "")) : isNamed;
                at++;
            } else if (operation == EXIT
                    || operation == JUMP
                    || operation == LONG_JUMP
                    || changes(operation, target, source)) {
                isNamed = false;
            }
        }
        return false;
    }

    /** Whether an instruction may change the register of the first argument. A store with an atomic instruction may load its source. */
    private static boolean changes(int operation, int target, int source) {
        return switch (operation & 7) {
            case 2, 5, 6 -> false; // BPF_ST, BPF_JMP, BPF_JMP32
            case 3 -> source == 1; // BPF_STX
            default -> target == 1; // BPF_LD, BPF_LDX, BPF_ALU, BPF_ALU64
        };
    }

    /** The instructions to which jumps lead. */
    private Set<Long> targets() {
        Set<Long> targets = new HashSet<>();
        for (long at = 0; at < count; at++) {
            int operation = code.u8(at * SIZE);
            int type = operation & 7;
            if (operation == LOAD_WIDE) {
                at++;
            } else if ((type == 5 || type == 6) && operation != CALL && operation != EXIT) {
                targets.add(
                        at + 1 + (operation == LONG_JUMP ? code.s32(at * SIZE + 4) : (short) code.u16(at * SIZE + 2)));
            }
        }
        return targets;
    }
}
