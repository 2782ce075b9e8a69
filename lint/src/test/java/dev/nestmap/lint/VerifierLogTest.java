/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import static dev.nestmap.schema.Samples.inner;
import static dev.nestmap.schema.Samples.outer;
import static dev.nestmap.schema.Samples.plain;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.btf.VerifierLog;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.TextCases;
import dev.nestmap.schema.type.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Logs of kernels other than the one that runs the tests are explained, too. */
class VerifierLogTest {
    private static final List<String> END = List.of(
            "processed 14 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 0",
            "-- END PROG LOAD LOG --",
            "libbpf: prog 'count': failed to load: -13");

    static Stream<Arguments> logs() {
        return TextCases.of("""
                Linux 6.1: lines of C without a file and number, and registers with the suffix _w
                ; struct flow *flow = bpf_map_lookup_elem(&flows, &key);
                4: (18) r1 = 0xffff888121250400       ; R1_w=map_ptr(off=0,ks=4,vs=8,imm=0)
                6: (85) call bpf_map_lookup_elem#1    ; R0_w=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0)
                ; flow->packets++;
                7: (79) r1 = *(u64 *)(r0 +0)
                R0 invalid mem access 'map_value_or_null'
                > , at `flow->packets++;`: the result of bpf_map_lookup_elem is used before it is compared with NULL: \
                compare the result with NULL first (R0 invalid mem access 'map_value_or_null')

                Linux 7.3: the kernel's own explanation follows the error
                ; struct flow *flow = bpf_map_lookup_elem(&flows, &key); @ flows.bpf.c:21
                6: (85) call bpf_map_lookup_elem#1    ; R0=map_value_or_null(id=1,map=flows,ks=4,vs=8)
                ; flow->packets++; @ flows.bpf.c:23
                7: (79) r1 = *(u64 *)(r0 +0)
                R0 invalid mem access 'map_value_or_null'
                .
                Verification failed: Register Type Safety: Invalid dereference
                .
                Reason:
                  R0 may be NULL here (a nullable map value pointer).
                > , flows.bpf.c:23: the result of bpf_map_lookup_elem is used before it is compared with NULL: \
                compare the result with NULL first (R0 invalid mem access 'map_value_or_null')

                a field that may be NULL, read twice
                ; if (task->cred) uid = task->cred->uid.val; @ flows.bpf.c:81
                4: (79) r1 = *(u64 *)(r6 +1912)       ; R1=rcu_ptr_or_null_cred(id=2) R6=trusted_ptr_task_struct()
                5: (61) r0 = *(u32 *)(r1 +8)
                R1 invalid mem access 'rcu_ptr_or_null_'
                > , flows.bpf.c:81: a pointer that may be NULL is used before it is compared with NULL: compare it with NULL \
                first, in a local variable: the next read of a field may return another pointer (R1 invalid mem access \
                'rcu_ptr_or_null_')

                an access to the packet, in the line before the error of Linux 7.3
                ;  @ flows.bpf.c:71
                1: (71) r0 = *(u8 *)(r1 +0)
                invalid access to packet, off=0 size=1, R1(id=0,off=0,r=0)
                R1 min value is outside of the allowed memory range
                > , flows.bpf.c:71: invalid access to packet, off=0 size=1, R1(id=0,off=0,r=0); R1 min value is outside of \
                the allowed memory range: compare the end of the access with data_end first

                an argument of a function of the kernel: check_kfunc_args counts them from 0
                ; struct task_struct *task = bpf_task_from_pid(pid); @ flows.bpf.c:31
                3: (85) call bpf_task_from_pid#72213          ; R0=ptr_or_null_task_struct(id=3,ref_obj_id=3) refs=3
                ; bpf_task_release(task); @ flows.bpf.c:32
                4: (bf) r1 = r0          ; R0=ptr_or_null_task_struct(id=3,ref_obj_id=3) R1=ptr_or_null_task_struct(id=3,ref_obj_id=3) refs=3
                5: (85) call bpf_task_release#72215
                Possibly NULL pointer passed to trusted arg0
                > , flows.bpf.c:32: the result of bpf_task_from_pid is used before it is compared with NULL: \
                compare the result with NULL first (Possibly NULL pointer passed to trusted arg0)

                bytes that are not set, which a process with CAP_PERFMON may pass on
                ; return bpf_map_update_elem(&totals, &key, values, 0); @ flows.bpf.c:61
                5: (85) call bpf_map_update_elem#2
                invalid read from stack R3 off -72+0 size 64
                > , flows.bpf.c:61: invalid read from stack R3 off -72+0 size 64: set all bytes of the variable before you \
                pass it on, also its padding (memset)

                the line 0, which clang gives code that it made up
                ; int count(void *ctx) @ flows.bpf.c:71
                0: (b7) r1 = 0
                ;  @ flows.bpf.c:0
                1: (85) call bpf_map_update_elem#2
                the tower leans
                > , flows.bpf.c:71: the tower leans

                a function that a locked kernel takes from all programs
                ; bpf_probe_read(&x, 4, p); @ flows.bpf.c:41
                5: (85) call bpf_probe_read#4
                program of this type cannot use helper bpf_probe_read#4
                > , flows.bpf.c:41: program of this type cannot use helper bpf_probe_read#4: this program type does not have \
                the function, or the process lacks CAP_PERFMON, or the kernel is locked down (/sys/kernel/security/lockdown): with [confidentiality], \
                no program may read the kernel's memory, and with [integrity], none may call bpf_probe_write_user

                one that it does not take
                ; bpf_probe_read_user(&x, 4, p); @ flows.bpf.c:41
                5: (85) call bpf_probe_read_user#112
                unknown func bpf_probe_read_user#112
                > , flows.bpf.c:41: unknown func bpf_probe_read_user#112: this program type or this kernel does not have the \
                function, or the process lacks CAP_PERFMON: call it from a program of another type, or with that capability

                an unknown error
                ; x(); @ flows.bpf.c:41
                5: (85) call pc+7
                the tower leans
                > , flows.bpf.c:41: the tower leans

                the error that libbpf writes for a function that the kernel lacks (fixup_log_missing_kfunc_call)
                ; bpf_new_thing(); @ flows.bpf.c:51
                5: <invalid kfunc call>
                kfunc 'bpf_new_thing' is referenced but wasn't resolved
                > , flows.bpf.c:51: kfunc 'bpf_new_thing' is referenced but wasn't resolved: this kernel does not have the \
                function, or the module with it is not loaded: declare it with __ksym __weak, and test bpf_ksym_exists() before the call
                """);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("logs")
    void explains(String name, String log, List<String> explanation) {
        assertThat(explanation(
                        log.lines().map(line -> line.equals(".") ? "" : line).toArray(String[]::new)))
                .isEqualTo("program count" + explanation.get(0));
    }

    /** The helper of the outer map calls those of the inner map. The verifier knows only sizes of inner maps. */
    @Test
    void namesTheHelperThatTheProgramCalls() {
        MapDef flows = inner("flow_map", MapKind.HASH, 64, 0, Scalar.U32, Scalar.U64);

        assertThat(explanation(
                        List.of(flows),
                        "; f = tenant_flow_lookup(c->len, key); @ flows.bpf.c:12",
                        "4: (61) r1 = *(u32 *)(r1 +0)",
                        "; return bpf_map_lookup_elem(map, &key); @ flows.bpf.h:94",
                        "13: (85) call bpf_map_lookup_elem#1   ; R0=map_value_or_null(id=2,ks=4,vs=8)",
                        "; f->packets++; @ flows.bpf.c:13",
                        "14: (79) r1 = *(u64 *)(r0 +0)",
                        "R0 invalid mem access 'map_value_or_null'"))
                .isEqualTo(
                        "program count, flows.bpf.c:13: the result of tenant_flow_lookup is used before it is compared with"
                                + " NULL: compare the result with NULL first (R0 invalid mem access 'map_value_or_null')");
    }

    /** Only the helpers of inner maps have the name of the map without {@code _map}. */
    @Test
    void namesTheHelperOfAMapWhoseNameEndsInMap() {
        MapDef routes = plain("route_map", MapKind.HASH, 64, Scalar.U32, Scalar.U64);

        assertThat(explanation(
                        List.of(routes),
                        "; return bpf_map_lookup_elem(&route_map, &key); @ flows.bpf.h:94",
                        "13: (85) call bpf_map_lookup_elem#1   ; R0=map_value_or_null(id=2,map=route_map,ks=4,vs=8)",
                        "14: (79) r1 = *(u64 *)(r0 +0)",
                        "R0 invalid mem access 'map_value_or_null'"))
                .contains(
                        ": the result of a helper such as route_map_lookup is used before it is compared with NULL: ");
    }

    /** Since Linux 7.3, a looked up inner map is a map_ptr with the sizes of the inner map. */
    @Test
    void namesTheHelperThatReturnedAnInnerMap() {
        MapDef flows = inner("flow_map", MapKind.HASH, 8, 0, Scalar.U32, Scalar.U64);
        MapDef tenants = outer("tenant", MapKind.HASH_OF_MAPS, 8, Scalar.U32, "flow_map");

        assertThat(explanation(
                        List.of(flows, tenants),
                        "; return bpf_map_lookup_elem(&tenant, &key); @ flows.bpf.h:61",
                        "3: (85) call bpf_map_lookup_elem#1   ; R0=map_ptr_or_null(id=1,ks=4,vs=8)",
                        "; return bpf_map_lookup_elem(map, &key); @ flows.bpf.h:94",
                        "4: (bf) r1 = r0          ; R0=map_ptr_or_null(id=1,ks=4,vs=8) R1=map_ptr_or_null(id=1,ks=4,vs=8)",
                        "5: (85) call bpf_map_lookup_elem#1",
                        "R1 type=map_ptr_or_null expected=map_ptr"))
                .contains(": the result of a helper such as tenant_lookup is used before it is compared with NULL: ");
    }

    /** Before Linux 6.7, the log has no names of maps, so only the instructions tell a map from an inner map. */
    @Test
    void tellsAMapFromAnInnerMapWithoutNames() {
        assertThat(explanation(
                        "6: (85) call bpf_map_lookup_elem#1    ; R0_w=map_value_or_null(id=1,ks=4,vs=201)",
                        "10: (18) r1 = 0x9000000135452e00      ; R1_w=map_ptr(ks=4,vs=4)",
                        "12: (61) r2 = *(u32 *)(r1 +0)",
                        "cannot access ptr member ops with moff 0 in struct bpf_map with off 0 size 4"))
                .contains("this is a map itself, not one of its values", "global variable")
                .doesNotContain("inner map");
        assertThat(explanation(
                        "10: (18) r1 = 0x9000000135452e00      ; R1_w=map_ptr(ks=4,vs=4)",
                        "12: (85) call bpf_map_lookup_elem#1    ; R0_w=map_ptr(ks=4,vs=4)",
                        "13: (61) r2 = *(u32 *)(r0 +0)",
                        "cannot access ptr member ops with moff 0 in struct bpf_map with off 0 size 4"))
                .contains("this is an inner map, not a value");
    }

    @Test
    void aLogWithoutAnErrorHasNoExplanation() {
        assertThat(VerifierLog.in(List.of("libbpf: map 'flows': failed to create: -22")))
                .isEmpty();
        assertThat(VerifierLog.in(log("; x(); @ flows.bpf.c:41", "5: (85) call pc+7")))
                .isEmpty();
        assertThat(VerifierLog.in(log())).isEmpty();
        assertThat(VerifierLog.in(List.of("libbpf: prog 'count': -- BEGIN PROG LOAD LOG --")))
                .isEmpty();
    }

    private static String explanation(String... lines) {
        return explanation(List.of(), lines);
    }

    private static String explanation(List<MapDef> maps, String... lines) {
        return "program count"
                + VerifierExplanation.of(VerifierLog.in(log(lines)).orElseThrow(), maps)
                        .text();
    }

    private static List<String> log(String... lines) {
        List<String> log = new ArrayList<>(List.of(
                "libbpf: prog 'count': BPF program load failed: Permission denied",
                "libbpf: prog 'count': -- BEGIN PROG LOAD LOG --",
                "0: R1=ctx() R10=fp0"));
        log.addAll(List.of(lines));
        log.addAll(END);
        return log;
    }
}
