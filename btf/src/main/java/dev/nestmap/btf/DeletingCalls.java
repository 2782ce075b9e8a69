/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

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

    private final Code code;
    private final NavigableMap<Long, String> relocations;
    private final Set<String> maps;

    private DeletingCalls(Elf elf, Elf.Section section, Set<String> maps) {
        this.code = new Code(section.bytes());
        this.relocations = elf.relocations(section);
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
        Set<Long> targets = code.targets();
        boolean isNamed = false;
        for (long at = 0; at < code.count(); at++) {
            isNamed &= !targets.contains(at);
            int operation = code.operation(at);
            if (operation == Code.CALL) {
                int helper = code.source(at) == 0 ? code.number(at) : 0;
                if (helper == SYS_BPF || (helper == MAP_DELETE_ELEM && !isNamed)) {
                    return true;
                }
                isNamed = false;
            } else if (operation == Code.LOAD_WIDE) {
                isNamed = code.target(at) == 1
                        ? maps.contains(relocations.getOrDefault(at * Elf.INSTRUCTION_SIZE, ""))
                        : isNamed;
                at++;
            } else if (operation == Code.EXIT
                    || operation == Code.JUMP
                    || operation == Code.LONG_JUMP
                    || code.changes(at, 1)) {
                isNamed = false;
            }
        }
        return false;
    }
}
