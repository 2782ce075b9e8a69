/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.program.ProgramSection;
import dev.nestmap.schema.program.ProgramType;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the programs that read registers of the interrupted code from their context: probes and programs of perf events. Each architecture has
 * these registers at other offsets, and the compiler writes the offsets into the instructions, so such a program reads wrong registers on
 * another architecture, and nothing fails.
 *
 * <p>A register of the program that holds the context is followed through copies, the stack and forward branches. A function of the object
 * that gets the context is taken to read registers. Programs of {@code usdt} are left out: {@code usdt.bpf.h} has such a function, which uses
 * the offsets that libbpf finds on the machine where it loads the program.
 */
final class RegisterReads {
    private static final Set<ProgramType> TYPES = Set.of(ProgramType.KPROBE, ProgramType.PERF_EVENT);

    /** {@code bpf_probe_read} and {@code bpf_probe_read_kernel}, whose third argument is the address to read. */
    private static final Set<Integer> READ_HELPERS = Set.of(4, 113);

    private static final int SIZE = 8;
    private static final int STACK = 10;
    private static final int LOAD_WIDE = 0x18;
    private static final int MOVE = 0xbf;
    private static final int ADD_CONSTANT = 0x07;
    private static final int STORE_64 = 0x7b;
    private static final int LOAD_64 = 0x79;
    private static final int CALL = 0x85;
    private static final int EXIT = 0x95;
    private static final int JUMP = 0x05;
    private static final int LONG_JUMP = 0x06;

    /** The registers that a call keeps: 6 to 10. */
    private static final int KEPT = 0x7c0;

    private RegisterReads() {}

    /** The names of the programs that read registers, in the order of the symbols. */
    static List<String> in(Elf elf) {
        return elf.programs().stream()
                .filter(program -> ProgramSection.of(program.section().name())
                        .filter(row -> TYPES.contains(row.type()))
                        .isPresent())
                .filter(program -> !program.section().name().startsWith("usdt"))
                .filter(program -> reads(program, elf.order() == ByteOrder.LITTLE_ENDIAN))
                .map(Elf.Symbol::name)
                .toList();
    }

    private static boolean reads(Elf.Symbol program, boolean isLittle) {
        FileBytes code = program.section().bytes();
        long first = program.value() / SIZE;
        long end = Math.min(code.length() / SIZE, first + program.size() / SIZE);
        int context = 1 << 1; // the registers that can hold the context, as bits
        Map<Long, Integer> jumped = new HashMap<>();
        Set<Integer> saved = new HashSet<>(); // the places of the stack, relative to its end, that can hold it
        boolean isReached = true;
        for (long at = Math.max(first, 0); at < end; at++) {
            Integer before = jumped.get(at);
            if (before != null) {
                context = isReached ? context | before : before;
            }
            isReached = true;
            int operation = code.u8(at * SIZE);
            int registers = code.u8(at * SIZE + 1);
            int target = isLittle ? registers & 0xf : registers >> 4;
            int source = isLittle ? registers >> 4 : registers & 0xf;
            int offset = (short) code.u16(at * SIZE + 2);
            int constant = code.s32(at * SIZE + 4);
            boolean holds = (context & 1 << source) != 0;
            switch (operation & 7) {
                case 1 -> { // BPF_LDX
                    if (holds) {
                        return true;
                    }
                    context = set(context, target, operation == LOAD_64 && source == STACK && saved.contains(offset));
                }
                case 2 -> {} // BPF_ST
                case 3 -> { // BPF_STX
                    if (operation == STORE_64 && target == STACK && holds) {
                        saved.add(offset);
                    }
                }
                case 5, 6 -> { // BPF_JMP, BPF_JMP32
                    if (operation == CALL) {
                        int read = source == 1 ? ~KEPT : source == 0 && READ_HELPERS.contains(constant) ? 1 << 3 : 0;
                        if ((context & read) != 0) {
                            return true;
                        }
                        context &= KEPT;
                    } else if (operation != EXIT) {
                        jumped.merge(
                                at + 1 + (operation == LONG_JUMP ? constant : offset),
                                context,
                                (one, other) -> one | other);
                    }
                    isReached = operation != EXIT && operation != JUMP && operation != LONG_JUMP;
                }
                default -> { // BPF_LD, BPF_ALU, BPF_ALU64
                    if (operation == ADD_CONSTANT && (context & 1 << target) != 0) {
                        return true; // the address of a register
                    }
                    context = set(context, target, operation == MOVE && offset == 0 && holds);
                    at += operation == LOAD_WIDE ? 1 : 0;
                }
            }
        }
        return false;
    }

    private static int set(int context, int register, boolean holds) {
        return holds ? context | 1 << register : context & ~(1 << register);
    }
}
