/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The verifier's refusals are explained with advice. */
class VerifierAdviceTest {
    /** An error in a log of Linux 6.18 for each row. */
    private static final List<String> ERRORS = List.of(
            "R1 offset is outside of the packet",
            "math between pkt pointer and register with unbounded min value is not allowed",
            "R0 unbounded memory access",
            "invalid variable-offset read from stack R1",
            "invalid read from stack R3 off -72+0 size 64",
            "R4 invalid zero-sized read",
            "Unreleased reference id=2",
            "R0 !read_ok",
            "R7 !read_ok",
            "At program exit the register R0 has smin=5 smax=5 should have been in [0, 3]",
            "function calls are not allowed while holding a lock",
            "bpf_spin_unlock is missing",
            "infinite loop detected at insn 9",
            "BPF program is too large. Processed 1000001 insn",
            "combined stack size of 2 calls is 640. Too large",
            "the call stack of 9 frames is too deep !",
            "invalid bpf_context access off=4096 size=4",
            "dereference of modified ctx ptr R1 off=8 disallowed",
            "write into map forbidden, value_size=8 off=0 size=8",
            "R0 invalid mem access 'scalar'",
            "R2 type=scalar expected=fp",
            "misaligned stack access off -12+0+0 size 8",
            "bpf_spin_lock cannot be accessed directly by load/store",
            "last insn is not an exit or jmp",
            "expected prog array map for tail call",
            "failed to resolve CO-RE relocation <byte_off> [8] struct task_struct.no_such (0:9 @ offset 8)",
            "cannot call GPL-restricted function from non-GPL compatible program",
            "kfunc 'bpf_new' is referenced but wasn't resolved",
            "helper call might sleep in a non-sleepable prog",
            "program of this type cannot use helper bpf_redirect_map#51");

    @Test
    void eachErrorFindsItsOwnRemedy() {
        assertThat(ERRORS.stream().map(error -> VerifierAdvice.remedy(error).orElse(error)))
                .containsExactlyElementsOf(
                        VerifierAdvice.ALL.stream().map(VerifierAdvice::remedy).toList());
    }
}
