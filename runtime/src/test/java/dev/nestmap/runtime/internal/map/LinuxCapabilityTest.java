/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The capabilities that a process lacks are named. */
class LinuxCapabilityTest {
    private static final List<LinuxCapability> ALL =
            List.of(LinuxCapability.CAP_BPF, LinuxCapability.CAP_NET_ADMIN, LinuxCapability.CAP_PERFMON);

    @Test
    void namesTheMissingCapabilities() {
        assertThat(lacking("0000000000000000"))
                .startsWith("; this process lacks CAP_BPF, CAP_NET_ADMIN, CAP_PERFMON: ")
                .contains("setpriv");
        assertThat(lacking("0000008000000000")).startsWith("; this process lacks CAP_NET_ADMIN, CAP_PERFMON: ");
        assertThat(lacking("000000c000001000")).isEmpty();
    }

    @Test
    void rootLacksNothing() {
        assertThat(lacking("000001fffeffffff")).isEmpty();
        assertThat(lacking("0000000000200000")).isEmpty();
    }

    @Test
    void sysAdminDoesNotIncludeEverything() {
        assertThat(lacking("0000000000200000", Set.of(LinuxCapability.CAP_NET_ADMIN)))
                .startsWith("; this process lacks CAP_NET_ADMIN: ");
    }

    @Test
    void capabilitiesOfAUserNamespaceDoNotCount() {
        assertThat(LinuxCapability.inNamespace("user:[4026532444]"))
                .startsWith("; this process has its capabilities only in its own user namespace: ")
                .contains("delegate_cmds");
        assertThat(LinuxCapability.inNamespace("user:[4026531837]")).isEmpty();
    }

    /** Podman 4.3 allows bpf() only with CAP_SYS_ADMIN, whatever else the process lacks. */
    @Test
    void namesTheSeccompFilter() {
        String filter = "a seccomp filter (Seccomp: 2 in ";
        assertThat(LinuxCapability.lacking(List.of("CapEff:\t000000c000001000", "Seccomp:\t2"), ALL, Set.of()))
                .isEmpty();
        assertThat(LinuxCapability.lacking(List.of("CapEff:\t0000008000001000", "Seccomp:\t2"), ALL, Set.of()))
                .startsWith("; this process lacks CAP_PERFMON: ")
                .contains("; it also has " + filter);
        assertThat(LinuxCapability.otherReasons("Name:\tjava\nSeccomp:\t2\n", "", ""))
                .startsWith(filter)
                .endsWith("; or a security module (/sys/kernel/security/lsm), a lockdown of the kernel"
                        + " (/sys/kernel/security/lockdown), or how the kernel was built");
        assertThat(LinuxCapability.otherReasons(
                        "Name:\tjava\nSeccomp:\t0\n", "lockdown,bpf", "none [integrity] confidentiality"))
                .startsWith("a security module (/sys/kernel/security/lsm has lockdown,bpf), a lockdown of the kernel"
                        + " (/sys/kernel/security/lockdown has none [integrity] confidentiality), ");
    }

    @Test
    void isEmptyIfTheCapabilitiesAreUnknown() {
        assertThat(LinuxCapability.lacking(List.of("Name:\tjava"), ALL, Set.of()))
                .isEmpty();
    }

    private static String lacking(String effective) {
        return lacking(effective, Set.of());
    }

    private static String lacking(String effective, Set<LinuxCapability> own) {
        return LinuxCapability.lacking(
                List.of("Name:\tjava", "CapInh:\t0000000000000000", "CapEff:\t" + effective), ALL, own);
    }
}
