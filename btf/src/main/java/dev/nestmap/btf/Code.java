/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;

/** The instructions of a section. */
final class Code {
    static final int LOAD_WIDE = 0x18;
    static final int LOAD_64 = 0x79;
    static final int STORE_64 = 0x7b;
    static final int ADD_NUMBER = 0x07;
    static final int ADD = 0x0f;
    static final int MOVE_NUMBER = 0xb7;
    static final int MOVE_NUMBER_32 = 0xb4;
    static final int CALL = 0x85;
    static final int EXIT = 0x95;
    static final int JUMP = 0x05;
    static final int LONG_JUMP = 0x06;

    private static final int SIZE = 8;

    private final FileBytes bytes;
    private final boolean isLittle;

    Code(FileBytes bytes) {
        this.bytes = bytes;
        this.isLittle = bytes.order() == ByteOrder.LITTLE_ENDIAN;
    }

    long count() {
        return bytes.length() / SIZE;
    }

    int operation(long at) {
        return bytes.u8(at * SIZE);
    }

    int target(long at) {
        int registers = bytes.u8(at * SIZE + 1);
        return isLittle ? registers & 0xf : registers >> 4;
    }

    int source(long at) {
        int registers = bytes.u8(at * SIZE + 1);
        return isLittle ? registers >> 4 : registers & 0xf;
    }

    int offset(long at) {
        return (short) bytes.u16(at * SIZE + 2);
    }

    int number(long at) {
        return bytes.s32(at * SIZE + 4);
    }

    /** Whether it jumps, calls or ends. */
    boolean isJump(long at) {
        int type = operation(at) & 7;
        return type == 5 || type == 6;
    }

    /** Whether an instruction other than a call may change a register. A store with an atomic instruction may load its source. */
    boolean changes(long at, int register) {
        return switch (operation(at) & 7) {
            case 2, 5, 6 -> false; // BPF_ST, BPF_JMP, BPF_JMP32
            case 3 -> source(at) == register; // BPF_STX
            default -> target(at) == register; // BPF_LD, BPF_LDX, BPF_ALU, BPF_ALU64
        };
    }

    /** The instructions to which jumps lead. */
    Set<Long> targets() {
        Set<Long> targets = new HashSet<>();
        for (long at = 0; at < count(); at++) {
            int operation = operation(at);
            if (operation == LOAD_WIDE) {
                at++;
            } else if (isJump(at) && operation != CALL && operation != EXIT) {
                targets.add(at + 1 + (operation == LONG_JUMP ? number(at) : offset(at)));
            }
        }
        return targets;
    }
}
