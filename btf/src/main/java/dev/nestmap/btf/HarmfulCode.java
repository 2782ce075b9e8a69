/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.util.Set;

/** What a function does that loses counts or packets, and that no compiler and no kernel refuses. */
public final class HarmfulCode {
    private static final int STACK = 10;

    /** The most instructions that clang puts between the load and the store of an addition. */
    private static final int DISTANCE = 8;

    private final Code code;
    private final long from;
    private final long to;

    /** @param function a function of an object */
    public HarmfulCode(Elf.Symbol function) {
        code = new Code(function.section().bytes());
        from = function.value() / Elf.INSTRUCTION_SIZE;
        to = Math.min(code.count(), from + function.size() / Elf.INSTRUCTION_SIZE);
    }

    /** Whether it adds to a number of 64 bits with a load and a store, as {@code count->packets++} does: another CPU's addition between them is lost. */
    public boolean addsWithoutAtomics() {
        for (long at = from; at < to; at++) {
            int operation = code.operation(at);
            if (operation == Code.LOAD_64 && code.source(at) != STACK && isAddedTo(at)) {
                return true;
            }
            at += operation == Code.LOAD_WIDE ? 1 : 0;
        }
        return false;
    }

    private boolean isAddedTo(long load) {
        int sum = code.target(load);
        int base = code.source(load);
        boolean isAdded = false;
        for (long at = load + 1; at < Math.min(to, load + DISTANCE) && sum != base && !code.isJump(at); at++) {
            int operation = code.operation(at);
            if (operation == Code.STORE_64 && code.target(at) == base && code.offset(at) == code.offset(load)) {
                return isAdded && code.source(at) == sum;
            }
            boolean adds = (operation == Code.ADD || operation == Code.ADD_NUMBER) && code.target(at) == sum;
            isAdded |= adds;
            if (operation == Code.LOAD_WIDE || (!adds && (code.changes(at, sum) || code.changes(at, base)))) {
                return false;
            }
        }
        return false;
    }

    /** Whether each return is one of 0, as far as it stands beside the number: a program with another one is not found. */
    public boolean returnsOnlyZero() {
        Set<Long> targets = code.targets();
        boolean isFound = false;
        for (long at = from; at < to; at++) {
            if (code.operation(at) == Code.EXIT) {
                int before = at == from ? 0 : code.operation(at - 1);
                isFound = (before == Code.MOVE_NUMBER || before == Code.MOVE_NUMBER_32)
                        && code.target(at - 1) == 0
                        && code.number(at - 1) == 0
                        && !targets.contains(at);
                if (!isFound) {
                    return false;
                }
            }
        }
        return isFound;
    }
}
