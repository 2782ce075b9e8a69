/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Linux capabilities that BPF operations require ({@code linux/capability.h}). */
public enum LinuxCapability {
    CAP_BPF(39),
    CAP_CHOWN(0),
    CAP_NET_ADMIN(12),
    CAP_DAC_OVERRIDE(1),
    CAP_DAC_READ_SEARCH(2),
    CAP_IPC_LOCK(14),
    CAP_PERFMON(38),
    CAP_SYS_ADMIN(21);

    private static final String FILTER =
            "a seccomp filter (Seccomp: 2 in /proc/thread-self/status), which may forbid the call: in containers of Podman 4.3, or of"
                    + " Docker before 23.0, it allows bpf() only with CAP_SYS_ADMIN";

    private static final List<LinuxCapability> OF_LOADS = List.of(CAP_BPF, CAP_NET_ADMIN, CAP_PERFMON);
    private static final Set<LinuxCapability> OF_THEIR_OWN =
            EnumSet.of(CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_IPC_LOCK);

    private static final Path STATUS = Path.of("/proc/thread-self/status");
    private static final Path SECURITY = Path.of("/sys/kernel/security");
    private static final Path USER_NAMESPACE = Path.of("/proc/self/ns/user");

    /** {@code PROC_USER_INIT_INO} in {@code linux/proc_ns.h}. */
    private static final String INITIAL_USER_NAMESPACE = "user:[4026531837]";

    private static final String EFFECTIVE = "CapEff:";
    private static final String FILTERED = "Seccomp:\t2";

    private final int number;

    LinuxCapability(int number) {
        this.number = number;
    }

    /**
     * Explains why the kernel refused an operation with EPERM: this process lacks a capability, or something else forbids the operation.
     *
     * @param requirement says which capabilities the operation requires
     * @param needed those that the message names if this process lacks them; none for those of loads
     */
    public static String denied(String requirement, LinuxCapability... needed) {
        return denied(requirement, needed.length == 0 ? OF_LOADS : List.of(needed), OF_THEIR_OWN);
    }

    /**
     * Does the same.
     *
     * @param own the capabilities that CAP_SYS_ADMIN does not include
     */
    public static String denied(String requirement, List<LinuxCapability> needed, Set<LinuxCapability> own) {
        String lacking = lacking(needed, own);
        return lacking.isEmpty()
                ? "this process has "
                        + needed.stream().map(LinuxCapability::name).collect(Collectors.joining(" and "))
                        + ", so something else forbids it: " + otherReasons()
                : requirement + lacking;
    }

    /** Other reasons for which the kernel refuses an operation of a process that has the capabilities: the end of a message. */
    public static String otherReasons() {
        return otherReasons(text(STATUS), text(SECURITY.resolve("lsm")), text(SECURITY.resolve("lockdown")));
    }

    static String otherReasons(String status, String modules, String lockdown) {
        return (status.contains(FILTERED) ? FILTER + "; or " : "")
                + "a security module (/sys/kernel/security/lsm" + (modules.isEmpty() ? "" : " has " + modules)
                + "), a lockdown of the kernel (/sys/kernel/security/lockdown"
                + (lockdown.isEmpty() ? "" : " has " + lockdown)
                + "), or how the kernel was built";
    }

    /** Empty if the file can't be read: a container may hide it. */
    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * The end of a message that names the capabilities this process lacks and how to get them. Empty if it lacks none or if they can't be
     * read.
     */
    public static String lacking() {
        return lacking(OF_LOADS);
    }

    /** Does the same for these capabilities. */
    public static String lacking(List<LinuxCapability> needed) {
        return lacking(needed, OF_THEIR_OWN);
    }

    /**
     * Does the same.
     *
     * @param own the capabilities that CAP_SYS_ADMIN does not include
     */
    private static String lacking(List<LinuxCapability> needed, Set<LinuxCapability> own) {
        try {
            String lacking = lacking(Files.readAllLines(STATUS), needed, own);
            String namespace = Files.readSymbolicLink(USER_NAMESPACE).toString();
            return lacking.isEmpty() ? inNamespace(namespace) : lacking;
        } catch (IOException e) {
            return "";
        }
    }

    static String lacking(List<String> status, List<LinuxCapability> needed, Set<LinuxCapability> own) {
        List<String> missing = new ArrayList<>();
        for (String line : status) {
            if (line.startsWith(EFFECTIVE)) {
                long effective = Long.parseUnsignedLong(
                        line.substring(EFFECTIVE.length()).strip(), 16);
                for (LinuxCapability capability : needed) {
                    // Where the kernel asks for one of the others, CAP_SYS_ADMIN is enough.
                    boolean isIncluded = !own.contains(capability) && CAP_SYS_ADMIN.isIn(effective);
                    if (!isIncluded && !capability.isIn(effective)) {
                        missing.add(capability.name());
                    }
                }
            }
        }
        return missing.isEmpty()
                ? ""
                : "; this process lacks " + String.join(", ", missing)
                        + ": grant those that it needs with AmbientCapabilities= (systemd) or setpriv --inh-caps=..."
                        + " --ambient-caps=..."
                        + (status.contains(FILTERED) ? "; it also has " + FILTER : "");
    }

    /** The end of a message about a process that has the capabilities, but only in its own user namespace. */
    static String inNamespace(String namespace) {
        return namespace.equals(INITIAL_USER_NAMESPACE)
                ? ""
                : "; this process has its capabilities only in its own user namespace: mount a BPF file system there that"
                        + " delegates (delegate_cmds, delegate_maps, delegate_progs and delegate_attachs, Linux 6.9), and use"
                        + " libbpf 1.5 or newer to load objects";
    }

    private boolean isIn(long capabilities) {
        return (capabilities >>> number & 1) == 1;
    }
}
