/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.util.ArrayList;
import java.util.List;

/** The classic BPF program with which seccomp selects the calls of {@link SystemCall}: {@code struct sock_filter} in linux/filter.h. */
final class SyscallFilter {
    static final int INSTRUCTION_SIZE = 8;

    private static final int LOAD_WORD = 0x20;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int JUMP_IF_ANY_BIT = 0x45;
    private static final int RETURN = 0x06;

    /** Offsets in {@code struct seccomp_data}; of arguments the lower half, on little-endian machines. */
    private static final int NUMBER_AT = 0;

    private static final int ARGUMENTS_AT = 16;

    private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));
    private static final int OPENAT = ARM ? 56 : 257;
    private static final int FCNTL = ARM ? 25 : 72;
    private static final int MMAP = ARM ? 222 : 9;

    /** {@code O_PATH | O_CLOEXEC | O_DIRECTORY}. The Java VM itself opens files without them. */
    private static final int OPEN_FLAGS = 0x200000 | 0x80000 | (ARM ? 0x4000 : 0x10000);

    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int MAP_SHARED = 1;

    private final List<int[]> instructions = new ArrayList<>();
    private final int selected;
    private final int others;

    private SyscallFilter(int selected, int others) {
        this.selected = selected;
        this.others = others;
    }

    /** The program. It returns one value for the selected calls, and another one for all others. */
    static OffHeapBlock program(int selected, int others) {
        SyscallFilter filter = new SyscallFilter(selected, others);
        filter.add(LOAD_WORD, 0, 0, NUMBER_AT);
        SystemCall.numbers().forEach(filter::select);
        filter.add(RETURN, 0, 0, others);
        OffHeapBlock program = OffHeapBlock.allocate(filter.instructions.size() * INSTRUCTION_SIZE);
        int at = 0;
        for (int[] instruction : filter.instructions) {
            program.bytes()
                    .putShort(at, (short) instruction[0])
                    .put(at + 2, (byte) instruction[1])
                    .put(at + 3, (byte) instruction[2])
                    .putInt(at + 4, instruction[3]);
            at += INSTRUCTION_SIZE;
        }
        return program;
    }

    private void select(int number) {
        if (number == OPENAT) {
            selectIf(number, 2, JUMP_IF_ANY_BIT, OPEN_FLAGS);
        } else if (number == FCNTL) {
            selectIf(number, 1, JUMP_IF_EQUAL, F_DUPFD_CLOEXEC);
        } else if (number == MMAP) {
            selectIf(number, 3, JUMP_IF_ANY_BIT, MAP_SHARED);
        } else {
            add(JUMP_IF_EQUAL, 0, 1, number);
            add(RETURN, 0, 0, selected);
        }
    }

    /** Selects the call if one of its arguments passes a test. */
    private void selectIf(int number, int argument, int test, int value) {
        add(JUMP_IF_EQUAL, 0, 4, number);
        add(LOAD_WORD, 0, 0, ARGUMENTS_AT + argument * Long.BYTES);
        add(test, 0, 1, value);
        add(RETURN, 0, 0, selected);
        add(RETURN, 0, 0, others);
    }

    private void add(int code, int ifTrue, int ifFalse, int value) {
        instructions.add(new int[] {code, ifTrue, ifFalse, value});
    }
}
