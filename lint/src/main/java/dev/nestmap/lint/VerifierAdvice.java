/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import dev.nestmap.btf.VerifierLog;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What to do about an error of the verifier ({@code kernel/bpf/verifier.c}, Linux 6.1 to 7.3) that most programs meet once. A pointer that may
 * be NULL is not in this table: {@link VerifierLog} also names the call that returned it. Nor are errors whose words have several causes:
 * {@link VerifierCause} finds the cause in the lines before.
 *
 * @param error finds the error in logs of all versions
 * @param remedy what to do
 */
record VerifierAdvice(Pattern error, String remedy) {
    /** The first one that finds an error has its remedy. */
    static final List<VerifierAdvice> ALL = List.of(
            of("invalid access to packet|outside of the packet", "compare the end of the access with data_end first"),
            of(
                    "math between .* is not allowed|makes pointer be out of bounds",
                    "bound the number before you add it to the pointer: compare it with a constant, or mask it (i &= 63)"),
            of(
                    "unbounded memory access|unbounded min value|min value is (?:negative|outside)|max value is outside|invalid access to (?:map value|memory)",
                    "compare the index or length with the size first"),
            of(
                    "invalid (?:unbounded )?variable-offset|variable offset stack",
                    "compare the index of the local array with its size first; if it can't be bounded, keep the array in a map"),
            of(
                    "invalid (?:indirect )?read from stack|invalid indirect access to stack",
                    "set all bytes of the variable before you pass it on, also its padding (memset)"),
            of("invalid zero-sized read", "compare the length with 0 first"),
            of("reference leak|Unreleased reference", "release the reference on each path"),
            of("R0 !read_ok", "return a value on each path"),
            of("R\\d+ !read_ok", "set the variable on each path before it is used; a call loses what R1 to R5 held"),
            of("program exit the register R0", "return one of the values that this program type allows"),
            of("not allowed while holding a lock", "call the function before bpf_spin_lock or after bpf_spin_unlock"),
            of(
                    "bpf_spin_unlock is missing|lock-ed region",
                    "call bpf_spin_unlock on each path before the program returns"),
            of("infinite loop|back-edge", "give the loop a bound, or use bpf_loop"),
            of(
                    "program is too large|sequence of \\d+ jumps is too complex",
                    "the verifier follows each path through branches and loops: use fewer of them, bpf_loop, or functions that are not static"),
            of(
                    "combined stack size|invalid write to stack|invalid stack off",
                    "a program and the functions that it calls have 512 bytes of stack: keep large variables in a per-CPU array"),
            of("the call stack of \\d+ frames", "functions can call each other 8 deep: inline some of them"),
            of(
                    "invalid bpf_context access",
                    "this program type may not read or write this field of its context, or not with this size"),
            of(
                    "modified ctx ptr|variable ctx access",
                    "read the context with constant offsets: let no variable index it, and copy its fields before a loop"),
            of(
                    "write into map forbidden|cannot write into|only read is supported",
                    "programs may only read this memory: write to a map without RDONLY_PROG, or to a copy"),
            of(
                    "R\\d+ invalid mem access '(?:scalar|inv)'",
                    "the verifier takes the address for a number: read kernel memory with BPF_CORE_READ or bpf_probe_read_kernel, and use no pointer after its release"),
            of("R\\d+ type=\\S+ expected=", "pass an argument of a type that the function takes: the error names both"),
            of("misaligned", "access numbers at multiples of their size, or copy them with memcpy"),
            of(
                    "cannot be accessed directly|doesn't point to 'struct bpf_\\w+'",
                    "only the kernel's functions may use this field: pass them its address, and leave it out of assignments and copies"),
            of(
                    "last insn is not an exit or jmp|jump out of range from insn|unreachable insn",
                    "the code of a function ends without a return, or leads nowhere: compile with -O2 (in Rust with --release), and leave no path"
                            + " that panics or that the compiler takes for impossible"),
            of("expected prog array map", "bpf_tail_call takes a map of type BPF_MAP_TYPE_PROG_ARRAY"),
            of(
                    "CO-RE relocation",
                    "the type in this kernel has no such field: test bpf_core_field_exists() before the access, or read it through a copy of the"
                            + " struct with the suffix ___old for kernels that name it otherwise"),
            of(
                    "GPL-restricted|GPL compatible",
                    "state a licence that is compatible with the GPL: char LICENSE[] SEC(\"license\") = \"GPL\""),
            of(
                    "wasn't resolved|kernel function call not eliminated",
                    "this kernel does not have the function: declare it with __ksym __weak, and test bpf_ksym_exists() before the call"),
            of(
                    "might sleep|in non-sleepable prog|call sleepable kfunc",
                    "call it from a program that may sleep, such as SEC(\"fentry.s/...\")"),
            of(
                    "(?:unknown func|cannot use helper) bpf_probe_(?:read(?!_user)|write_user)",
                    "call it from a program of another type; if such programs have it, the kernel is locked down"
                            + " (/sys/kernel/security/lockdown): with [confidentiality], no program may read the kernel's memory, and with"
                            + " [integrity], none may call bpf_probe_write_user"),
            of(
                    "(?:unknown func|cannot use helper)(?! bpf_probe_(?:read(?!_user)|write_user))|calling kernel function \\S+ is not allowed",
                    "this program type, or this kernel, does not have the function: call it from a program of another type"));

    private static VerifierAdvice of(String error, String remedy) {
        return new VerifierAdvice(Pattern.compile(error), remedy);
    }

    /** Finds the remedy for an error of the verifier. */
    static Optional<String> remedy(String error) {
        return ALL.stream()
                .filter(advice -> advice.error.matcher(error).find())
                .map(VerifierAdvice::remedy)
                .findFirst();
    }
}
