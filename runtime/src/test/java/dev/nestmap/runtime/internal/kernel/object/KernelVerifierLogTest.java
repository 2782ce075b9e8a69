/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.btf.VerifierLog;
import dev.nestmap.btf.VerifierLog.Explanation;
import dev.nestmap.lint.VerifierExplanation;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.TestPrograms;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exception of a load begins with the program, the line in C and the verifier's reason, and the linter knows the remedy. */
@KernelTest
class KernelVerifierLogTest {
    /** The kernel of the expected texts. */
    private static final String VERSION = "6.18.";

    /** Older kernels have other words for the mistakes after this one, and don't name the maps. */
    private static final int LAST_ON_ALL = 30;

    private static final String PROGRAM = "program count";

    private static final Pattern EXPECTED = Pattern.compile(
            "\\w+ \\(\\d+\\): (program count(?:, [^:]+:\\d+)*): (?:(the result of .*NULL): |.*: )?(.*?)(?: \\(.*\\))?");

    /** A line of C in the log has a place since Linux 6.10. The errors change from version to version, in their words and in their errno. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1 | EACCES (13): program count, after flows.bpf.c:11, in flows.bpf.h:21: the result of a helper such as flows_of_each_tenant_lookup is used before it is compared with NULL: compare the result with NULL first (R1 type=map_value_or_null expected=map_ptr)",
                "2 | EACCES (13): program count, flows.bpf.c:25: the result of a helper such as flow_lookup is used before it is compared with NULL: compare the result with NULL first (R0 invalid mem access 'map_value_or_null')",
                "3 | EACCES (13): program count, flows.bpf.c:32: the result of bpf_map_lookup_elem is used before it is compared with NULL: compare the result with NULL first (R0 invalid mem access 'map_value_or_null')",
                "4 | EACCES (13): program count, flows.bpf.c:42: the result of bpf_ringbuf_reserve is used before it is compared with NULL: compare the result with NULL first (R0 invalid mem access 'ringbuf_mem_or_null')",
                "5 | EINVAL (22): program count, flows.bpf.c:52: Unreleased reference id=2 alloc_insn=4; BPF_EXIT instruction in main prog would lead to reference leak: release the reference on each path",
                "6 | EINVAL (22): program count, flows.bpf.c:65: function calls are not allowed while holding a lock: call the function before the lock is taken (bpf_spin_lock) or after it is released (bpf_spin_unlock)",
                "7 | EACCES (13): program count, flows.bpf.c:71: invalid access to packet, off=0 size=1, R1(id=0,off=0,r=0); R1 offset is outside of the packet: compare the end of the access with data_end first",
                "8 | EACCES (13): program count, flows.bpf.c:82: R0 unbounded memory access, make sure to bounds check any such access: compare the index or length with the size first. If C does so, clang may have compared a copy of it: add asm volatile(\"\" : \"+r\"(n)); before the comparison of n",
                "9 | EINVAL (22): program count, flows.bpf.c:91: program of this type cannot use helper bpf_redirect_map#51: this program type or this kernel does not have the function, or the process lacks CAP_PERFMON: call it from a program of another type, or with that capability",
                "10 | EFAULT (14): program count, flows.bpf.c:101: The sequence of 8193 jumps is too complex: the verifier follows each path through branches and loops: use fewer branches and loops, or bpf_loop, or functions that are not static",
                "11 | EINVAL (22): program count, flows.bpf.c:111: cannot call GPL-restricted function from non-GPL compatible program: state a licence that is compatible with the GPL: char LICENSE[] SEC(\"license\") = \"GPL\"",
                "12 | EINVAL (22): program count, flows.bpf.c:121: At program exit the register R0 has smin=5 smax=5 should have been in [0, 3]: return one of the values that this program type allows",
                "13 | EACCES (13): program count, flows.bpf.c:131: R7 !read_ok: set the variable on each path before it is used. After a call, R1 to R5 have no values any more",
                "14 | EACCES (13): program count, flows.bpf.c:141: invalid bpf_context access off=4096 size=4: this program type may not read or write this field of its context, or not with this size",
                "15 | EACCES (13): program count, flows.bpf.c:151: variable ctx access var_off=(0x0; 0xc) disallowed: read the context with constant offsets: let no variable index it, and copy its fields before a loop",
                "16 | EACCES (13): program count, flows.bpf.c:163: write into map forbidden, value_size=8 off=0 size=8: programs may only read this map, because it is constant (.rodata) or has the flag BPF_F_RDONLY_PROG: write to another one",
                "17 | EACCES (13): program count, flows.bpf.c:171: R0 invalid mem access 'scalar': bpf_ktime_get_ns returns a number. If it is an address, copy what it points to with BPF_CORE_READ or bpf_probe_read_kernel",
                "18 | EACCES (13): program count, flows.bpf.c:181: R2 type=scalar expected=fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem, buf, trusted_ptr_: pass an argument of a type that the function takes: the error names both",
                "19 | EACCES (13): program count, flows.bpf.c:192: invalid access to map value, value_size=64 off=64 size=8; R1 min value is outside of the allowed memory range: the value has 64 bytes, but the program uses 8 bytes at offset 64: keep within it, or declare the map with the type that the program uses, __type(value, ...). In a call, the key or value of the map that is passed may be the larger one. If the map was pinned by an earlier version, it still has the size of that version",
                "20 | EINVAL (22): program count, flows.bpf.c:201: cannot pass map_type 2 into func bpf_ringbuf_reserve#131: bpf_ringbuf_reserve accepts no map of type ARRAY: bpf-helpers(7) lists the map types that it accepts",
                "21 | EINVAL (22): program count, flows.bpf.c:211: math between pkt pointer and register with unbounded min value is not allowed: give the number an upper and a lower bound before you add it to the pointer: make it unsigned and compare it with a constant, or mask it (i &= 63)",
                "22 | EACCES (13): program count, flows.bpf.c:222: invalid unbounded variable-offset read from stack R2: compare the index of the local array with its size first; if it can't be bounded, keep the array in a map",
                "23 | EACCES (13): program count, flows.bpf.c:232: R4 invalid zero-sized read: u64=[0,15]: compare the length with 0 first",
                "24 | EINVAL (22): program count, flows.bpf.c:999: BPF_EXIT instruction in main prog cannot be used inside bpf_spin_lock-ed region: call bpf_spin_unlock, or bpf_res_spin_unlock for a bpf_res_spin_lock, on each path before this",
                "25 | EACCES (13): program count: combined stack size of 2 calls is 608. Too large: a program and the functions that it calls have 512 bytes of stack: keep large variables in a per-CPU array",
                "26 | E2BIG (7): program count, after flows.bpf.c:261, in flows.bpf.h:61: the call stack of 9 frames is too deep: functions can't call each other so deep: inline some of them (always_inline)",
                "27 | EINVAL (22): program count: invalid kernel function call not eliminated in verifier pass: this kernel does not have the function, or the module with it is not loaded: declare it with __ksym __weak, and test bpf_ksym_exists() before the call",
                "28 | EINVAL (22): program count, flows.bpf.c:281: helper call might sleep in a non-sleepable prog: call it from a program that may sleep, such as SEC(\"fentry.s/...\")",
                "29 | EINVAL (22): program count, flows.bpf.c:291: infinite loop detected at insn 0: give the loop a bound that each round brings closer, or use bpf_loop",
                "30 | EACCES (13): program count, flows.bpf.c:302: invalid access to map value, value_size=64 off=120 size=8; R0 max value is outside of the allowed memory range: there are 64 bytes, but the access may need 8 bytes at offset 120: give the index or length a smaller bound. In a call, compare the size that you pass with that of an element",
                "31 | EACCES (13): program count, flows.bpf.c:313: only read from bpf_htab is supported: this is an inner map, not a value, because a lookup in a map of maps returns a map: look up a key in that map, and use the value",
                "34 | EINVAL (22): program count, flows.bpf.c:341: cannot pass map_type 13 into func bpf_map_update_elem#2: this HASH_OF_MAPS is filled by user space, and programs can't put inner maps into it or remove them: let the service do it. To write an entry, look up the inner map, and update that",
                "36 | EACCES (13): program count, flows.bpf.c:361: invalid zero-sized read: the map has no keys: use bpf_ringbuf_output or bpf_ringbuf_reserve for a ring buffer, and bpf_map_push_elem, bpf_map_pop_elem and bpf_map_peek_elem for a queue, stack or Bloom filter",
                "38 | EINVAL (22): program count, flows.bpf.c:381: cannot pass map_type 27 into func bpf_perf_event_output#25: write to a RINGBUF with bpf_ringbuf_output, or with bpf_ringbuf_reserve and bpf_ringbuf_submit",
                "39 | EACCES (13): program count, flows.bpf.c:391: R1 type=map_value expected=map_ptr: the argument is a global variable and no map: if it is meant to be a map, add SEC(\".maps\") to its definition; otherwise compare the order of the arguments",
                "40 | EINVAL (22): program count, flows.bpf.c:404: map 'untyped' has to have BTF in order to use bpf_spin_lock: the kernel finds a bpf_spin_lock by the types of map untyped, but got no types: declare them with __type(key, ...) and __type(value, ...) in place of sizes, compile with -g, and load the object with libbpf",
                "41 | EINVAL (22): program count, flows.bpf.c:415: map '' has to have BTF in order to use bpf_spin_lock: the kernel finds a bpf_spin_lock by the types of the inner map, but got no types: declare them with __type(key, ...) and __type(value, ...) in place of sizes, compile with -g, and load the object with libbpf",
                "43 | EINVAL (22): program count, flows.bpf.c:432: map 'totals' has no valid bpf_timer: the type of the values of totals has no bpf_timer: add such a field to the struct of __type(value, ...), and pass its address",
                "45 | EACCES (13): program count, flows.bpf.c:452: invalid access to map value, value_size=64 off=-8 size=8; R1 min value is outside of the allowed memory range: the access begins before the first byte: use no negative offset; make an index unsigned, or compare it with 0 first",
                "46 | EACCES (13): program count, flows.bpf.c:464: invalid access to memory, mem_size=8 off=8 size=8; R0 min value is outside of the allowed memory range: the memory has 8 bytes, but the program uses 8 bytes at offset 8: reserve or pass as many as the type has, sizeof(*pointer) and not sizeof(pointer)",
                "47 | EINVAL (22): program count, flows.bpf.c:472: invalid read from stack R1 off=-8 size=16; Caller passes invalid args into func#1 ('sum'): the access has 16 bytes, and the local variable at most 8: use a variable of the type that the function takes, and a length of at most its size",
                "48 | EINVAL (22): program count, flows.bpf.c:485: global function calls are not allowed while holding a lock, use static function instead: make the function static, or call it before bpf_spin_lock or after bpf_spin_unlock",
                "50 | EACCES (13): program count, flows.bpf.c:501: R2 is not a known constant': the size must be a constant, and a bound does not make it one: reserve the largest size, or use bpf_ringbuf_output with a length that is compared with the buffer's, or bpf_ringbuf_reserve_dynptr",
                "51 | EACCES (13): program count, flows.bpf.c:514: R3 is not a known constant': the length must be a constant, and a bound does not make it one: use bpf_dynptr_read and bpf_dynptr_write for lengths that change",
                "52 | EINVAL (22): program count, flows.bpf.c:522: invalid write to stack R3 off=-8 size=16: the access has 16 bytes, and the local variable at most 8: use a variable of the type that the function takes, and a length of at most its size",
                "54 | EACCES (13): program count, flows.bpf.c:543: bpf_spin_lock cannot be accessed directly by load/store: only the kernel's functions may use this field: pass them its address, and leave it out of assignments and copies",
                "56 | EINVAL (22): program count, flows.bpf.c:561: expected prog array map for tail call: bpf_tail_call takes a map of type BPF_MAP_TYPE_PROG_ARRAY",
                "58 | EACCES (13): program count, flows.bpf.c:583: invalid access to map value, value_size=64 off=-16 size=8; R1 min value is outside of the allowed memory range: the access begins before the first byte: use no negative offset; make an index unsigned, or compare it with 0 first",
                "59 | EINVAL (22): program count, flows.bpf.c:591: invalid func unknown#9999: this kernel has no helper with the number 9999: the helper with this number in bpf_helper_defs.h is newer. Call it only if bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_...)",
                "60 | EACCES (13): program count, flows.bpf.c:602: R1 bitwise operator &= on pointer prohibited: a pointer was used as a number: mask the index or length before you add it to the pointer",
                "61 | EINVAL (22): program count: tracing progs cannot use bpf_spin_lock yet: programs of this kind may not use a map with a bpf_spin_lock: count with atomic additions (__sync_fetch_and_add) instead; tracing programs may take a bpf_res_spin_lock since Linux 6.15",
                "62 | EINVAL (22): program count, after flows.bpf.c:621, in flows.bpf.h:40: At callback return the register R0 has unknown scalar value should have been in [0, 1]: return only numbers in [0, 1] from the callback: let each path end in a constant (return 0)",
                "63 | EINVAL (22): program count, flows.bpf.c:632: BPF_EXIT instruction in main prog cannot be used inside bpf_rcu_read_lock-ed region: call bpf_rcu_read_unlock on each path before this",
                "64 | EINVAL (22): program count, flows.bpf.c:642: BPF_EXIT instruction in main prog cannot be used inside bpf_preempt_disable-ed region: call bpf_preempt_enable on each path before this, once for each bpf_preempt_disable",
                "65 | EACCES (13): program count, flows.bpf.c:654: BPF_ATOMIC stores into R1 pkt is not allowed: atomic instructions can't use this memory: count in the value of a map",
                "66 | EACCES (13): program count: tail_calls are not allowed when call stack of previous frames is 400 bytes. Too large: a function may make a tail call only if the functions that called it use less than 256 bytes of stack: keep large variables in a per-CPU array",
                "67 | EINVAL (22): program count, flows.bpf.c:673: R1 must have zero offset when passed to release func or trusted arg to kfunc: pass the pointer as the kernel returned it: keep one to which you add in another variable",
                "68 | EACCES (13): program count, flows.bpf.c:685: R6 invalid mem access 'scalar': bpf_skb_pull_data may change the packet,"
                        + " so pointers into the packet are invalid after the call: read data and data_end again, and compare again",
                "69 | EACCES (13): program count, flows.bpf.c:692: R1 type=scalar expected=map_ptr: the lookup in a map of maps returned the inner map itself: pass this result on, and not what it points to",
                "70 | EACCES (13): program count, flows.bpf.c:702: R1 invalid mem access 'scalar': what a program reads from a map's value or from a variable is a number to the verifier. If it is an address, copy what it points to with bpf_probe_read_kernel, or bpf_probe_read_user for memory of a process. A pointer into an arena has to be declared with __arena, and needs clang 19",
                "71 | EACCES (13): program count, flows.bpf.c:715: R7 invalid mem access 'scalar': the memory or object was given back before (submit, discard, drop or release): use no pointer into it afterwards",
                "72 | EACCES (13): program count, flows.bpf.c:722: R1 type=scalar expected=map_ptr: what a program reads from a map's value or from a variable is a number to the verifier, even if it is the id or address of a map: pass the map by its name, or look it up in a map of maps",
                "73 | EACCES (13): program count, flows.bpf.c:732: R1 type=map_value expected=map_ptr: the function takes a map, and this is a value that was looked up in one: pass the address of the map",
                "74 | EACCES (13): program count, flows.bpf.c:743: invalid access to packet, off=0 size=1, R2(id=1,off=0,r=0); R2 offset is outside of the packet: compare the end of the access with data_end after the last number was added to the pointer. The verifier forgets the comparison if such a number can be above 65535: bound it first (n &= 0xfff)",
            })
    void saysWhereWhyAndWhatToDo(int mistake, String expected) {
        byte[] elf = TestPrograms.object(
                "mistakes.bpf.c",
                "-mcpu=v1", // since clang 20, v3 is the default
                "-DMISTAKE=" + mistake,
                "-DLICENCE=\"" + (mistake == 11 ? "Proprietary" : "GPL") + "\"");

        BpfException refused = catchThrowableOfType(
                BpfException.class, () -> TestPrograms.load("flows", elf).close());

        // Linux 7.3 accepts nine frames.
        assumeThat(refused == null && mistake == 26).isFalse();
        // libbpf 1.1 leaves it to the verifier to find a missing function, libbpf 1.7 names it.
        String message = refused.getMessage().lines().findFirst().orElseThrow();
        Explanation explained = VerifierExplanation.of(
                VerifierLog.in(refused.log()).orElseThrow(),
                ObjectFile.parse("flows", elf).schema().maps());
        String program = message.substring(0, message.indexOf(PROGRAM) + PROGRAM.length());
        assertThat(message)
                .isEqualTo(program
                        + (explained.reason().isEmpty()
                                ? explained.withRemedy("").text()
                                        + "; nestmap explain LOG says what to do about most errors"
                                : explained.text()));
        String first = (program + explained.text())
                .replace(
                        ", flows.bpf.c:271: kfunc 'bpf_no_such_function' is referenced but wasn't resolved",
                        ": invalid kernel function call not eliminated in verifier pass");
        String beginning = "load of object flows: refused by Linux " + System.getProperty("os.version") + ": ";
        if (System.getProperty("os.version").startsWith(VERSION)) {
            assertThat(anyRegister(first)).isEqualTo(beginning + anyRegister(expected));
        } else {
            Matcher parts = EXPECTED.matcher(expected);
            assertThat(parts.matches()).isTrue();
            boolean hasPlaces = refused.log().stream().anyMatch(line -> line.contains(" @ flows.bpf.c:"));
            assertThat(anyRegister(first))
                    .startsWith(beginning)
                    .contains(
                            hasPlaces ? parts.group(1) + ": " : "program count",
                            mistake > LAST_ON_ALL ? "" : anyRegister(parts.group(3)))
                    .contains(parts.group(2) == null || !hasPlaces ? "" : parts.group(2));
        }
        assertThat(refused.getMessage()).contains("libbpf: prog 'count': BPF program load failed");
    }

    /** Each clang chooses other registers. */
    private static String anyRegister(String text) {
        return text.replaceAll("\\bR[0-9]\\b", "R");
    }
}
