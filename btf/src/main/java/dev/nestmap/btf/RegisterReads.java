/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.program.ProgramSection;
import dev.nestmap.schema.program.ProgramType;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;

/**
 * Finds the programs that read registers of the interrupted code from their context: probes and programs of perf events. Each architecture has
 * these registers at other offsets, and the compiler writes the offsets into the instructions, so such a program reads wrong registers on
 * another architecture, and nothing fails.
 *
 * <p>A register of the program that holds the context is followed through copies, the stack, branches and calls. Not followed is an offset that
 * the program computes, as {@code usdt.bpf.h} does with the offsets that libbpf finds on the machine where it loads the program.
 */
final class RegisterReads {
    private static final Set<ProgramType> TYPES = Set.of(ProgramType.KPROBE, ProgramType.PERF_EVENT);

    /** {@code bpf_probe_read} and {@code bpf_probe_read_kernel}, whose third argument is the address to read. */
    private static final Set<Integer> READ_HELPERS = Set.of(4, 113);

    /**
     * The places of the instruction pointer on x86 and arm64. {@code usdt.bpf.h} has an instruction that reads it, which only kernels before
     * Linux 5.15 execute.
     */
    private static final Set<Integer> INSTRUCTION_POINTERS = Set.of(128, 256);

    private static final int SIZE = 8;
    private static final int STACK = 10;
    private static final int MAX_STACK = 512;
    private static final int MAX_CALLS = 8;

    /** The verifier follows no more of one program. Without a limit, a hostile file would take forever. */
    private static final int MAX_STEPS = 1_000_000;

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

    private final Elf elf;
    private final Map<Integer, NavigableMap<Long, String>> relocations = new HashMap<>();
    private final Map<String, Elf.Symbol> functions = new HashMap<>();
    private final Set<String> visited = new HashSet<>();
    private boolean isUsdt;
    private int steps;

    private RegisterReads(Elf elf) {
        this.elf = elf;
        elf.symbols(Elf.FUNCTION_SYMBOL, Elf.Section::isCode)
                .forEach(function -> functions.putIfAbsent(function.name(), function));
    }

    /** The names of the programs that read registers, in the order of the symbols. */
    static List<String> in(Elf elf) {
        RegisterReads reads = new RegisterReads(elf);
        return elf.programs().stream()
                .filter(program -> ProgramSection.of(program.section().name())
                        .filter(row -> TYPES.contains(row.type()))
                        .isPresent())
                .filter(reads::isReader)
                .map(Elf.Symbol::name)
                .toList();
    }

    private boolean isReader(Elf.Symbol program) {
        visited.clear();
        isUsdt = program.section().name().startsWith("usdt");
        return reads(program.section(), program.value(), 1 << 1, 0);
    }

    /**
     * Whether a function reads registers.
     *
     * @param start where its instructions begin
     * @param context the registers that hold the context, as bits
     */
    private boolean reads(Elf.Section section, long start, int context, int depth) {
        FileBytes code = section.bytes();
        long count = code.length() / SIZE;
        long first = start / SIZE;
        if (start < 0
                || first >= count
                || depth > MAX_CALLS
                || !visited.add(section.index() + ":" + first + ":" + context)) {
            return false;
        }
        return new Function(section, count, depth).reads(first, context);
    }

    /** One function: the registers that can hold the context before each instruction. */
    private final class Function {
        private final Elf.Section section;
        private final FileBytes code;
        private final int depth;
        private final long count;
        private final Map<Long, Integer> before = new HashMap<>();
        private final Deque<Long> next = new ArrayDeque<>();
        /** The places of the stack, relative to its end, that can hold the context. */
        private final Set<Integer> saved = new HashSet<>();

        Function(Elf.Section section, long count, int depth) {
            this.section = section;
            this.code = section.bytes();
            this.depth = depth;
            this.count = count;
        }

        boolean reads(long first, int context) {
            reach(first, context);
            while (!next.isEmpty() && steps++ < MAX_STEPS) {
                long at = next.remove();
                int places = saved.size();
                if (step(at, before.getOrDefault(at, 0))) {
                    return true;
                }
                if (saved.size() > places) { // loads that came before may load it
                    before.keySet().stream()
                            .filter(load -> code.u8(load * SIZE) == LOAD_64)
                            .forEach(next::add);
                }
            }
            return false;
        }

        private void reach(long at, int context) {
            if (at >= 0 && at < count) {
                Integer known = before.get(at);
                int merged = known == null ? context : known | context;
                if (known == null || merged != known) {
                    before.put(at, merged);
                    next.add(at);
                }
            }
        }

        /** Follows one instruction. Returns whether it reads a register. */
        private boolean step(long at, int context) {
            long place = at * SIZE;
            int operation = code.u8(place);
            int registers = code.u8(place + 1);
            boolean isLittle = elf.order() == ByteOrder.LITTLE_ENDIAN;
            int target = isLittle ? registers & 0xf : registers >> 4;
            int source = isLittle ? registers >> 4 : registers & 0xf;
            int offset = (short) code.u16(place + 2);
            int constant = code.s32(place + 4);
            boolean holds = (context & 1 << source) != 0;
            switch (operation & 7) {
                case 1 -> { // BPF_LDX
                    if (holds && !(isUsdt && INSTRUCTION_POINTERS.contains(offset))) {
                        return true;
                    }
                    boolean isSaved = operation == LOAD_64 && source == STACK && saved.contains(offset);
                    reach(at + 1, set(context, target, isSaved));
                }
                case 2 -> reach(at + 1, context); // BPF_ST
                case 3 -> { // BPF_STX
                    if (operation == STORE_64 && target == STACK && holds && offset < 0 && offset >= -MAX_STACK) {
                        saved.add(offset);
                    }
                    reach(at + 1, context);
                }
                case 5, 6 -> { // BPF_JMP, BPF_JMP32
                    return jump(at, operation, source, offset, constant, context);
                }
                default -> { // BPF_LD, BPF_ALU, BPF_ALU64
                    if (operation == ADD_CONSTANT && (context & 1 << target) != 0) {
                        return true; // the address of a register
                    }
                    boolean isCopy = operation == MOVE && offset == 0 && holds;
                    reach(at + (operation == LOAD_WIDE ? 2 : 1), set(context, target, isCopy));
                }
            }
            return false;
        }

        private boolean jump(long at, int operation, int source, int offset, int constant, int context) {
            switch (operation) {
                case EXIT -> {}
                case JUMP -> reach(at + 1 + offset, context);
                case LONG_JUMP -> reach(at + 1 + constant, context);
                case CALL -> {
                    boolean isRead = source == 1
                            ? calls(at, constant, context)
                            : source == 0 && READ_HELPERS.contains(constant) && (context & 1 << 3) != 0;
                    if (isRead) {
                        return true;
                    }
                    reach(at + 1, context & KEPT);
                }
                default -> {
                    reach(at + 1, context);
                    reach(at + 1 + offset, context);
                }
            }
            return false;
        }

        /** Follows a call of a function of the object. A call in another section has a relocation. */
        private boolean calls(long at, int constant, int context) {
            int arguments = context & ~KEPT;
            if (arguments == 0) {
                return false;
            }
            String symbol = relocations
                    .computeIfAbsent(section.index(), index -> elf.relocations(section))
                    .get(at * SIZE);
            if (symbol == null) {
                return RegisterReads.this.reads(section, (at + 1 + constant) * SIZE, arguments, depth + 1);
            }
            if (symbol.isEmpty()) { // of the section .text, and the constant is the place in it
                return elf.section(".text")
                        .filter(text -> RegisterReads.this.reads(text, (constant + 1L) * SIZE, arguments, depth + 1))
                        .isPresent();
            }
            Elf.Symbol function = functions.get(symbol);
            return function != null
                    && RegisterReads.this.reads(function.section(), function.value(), arguments, depth + 1);
        }

        private static int set(int context, int register, boolean holds) {
            return holds ? context | 1 << register : context & ~(1 << register);
        }
    }
}
