/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.untyped.UntypedMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks of this process: its capabilities, its limits, and its rights. */
final class ProcessChecks {
    /** Bits of {@code linux/capability.h}. */
    private static final Map<String, Integer> CAPABILITIES =
            new LinkedHashMap<>(Map.of("CAP_BPF", 39, "CAP_NET_ADMIN", 12, "CAP_PERFMON", 38, "CAP_SYS_ADMIN", 21));

    private static final int SYS_ADMIN = 21;
    private static final long MANY_FILES = 4096;
    private static final Pattern EFFECTIVE = Pattern.compile("(?s).*CapEff:\\s*([0-9a-f]+).*");
    private static final Pattern OPEN_FILES = Pattern.compile("(?s).*Max open files\\s+(\\S+)\\s+(\\S+).*");

    private ProcessChecks() {}

    static List<DoctorCheckResult> all() {
        return List.of(
                capabilities(SystemChecks.text("/proc/self/status"), SystemChecks.text("/proc/self/uid_map")),
                maps(),
                openFiles(SystemChecks.text("/proc/self/limits")),
                java());
    }

    static DoctorCheckResult capabilities(String status, String users) {
        Matcher matcher = EFFECTIVE.matcher(status);
        long effective = matcher.matches() ? Long.parseUnsignedLong(matcher.group(1), 16) : 0;
        String name = "privileges";
        if (!users.isEmpty() && !users.strip().matches("0\\s+0\\s+4294967295")) {
            return DoctorCheckResult.fails(
                    name,
                    "this process is in a user namespace of its own, where the kernel grants no BPF",
                    "run it in the initial user namespace: in a container, without user namespace remapping");
        }
        if ((effective >>> SYS_ADMIN & 1) == 1) {
            return DoctorCheckResult.works(name, "CAP_SYS_ADMIN, which includes the others");
        }
        List<String> missing = CAPABILITIES.entrySet().stream()
                .filter(capability -> (effective >>> capability.getValue() & 1) == 0)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        String remedy =
                "CAP_BPF creates maps and loads programs, CAP_NET_ADMIN is for network programs, CAP_PERFMON for tracing and"
                        + " for programs that subtract or compare pointers,"
                        + " CAP_SYS_ADMIN for maps by id and BTF: run as root, or with AmbientCapabilities= (systemd)";
        return missing.contains("CAP_BPF")
                ? DoctorCheckResult.fails(name, "this process lacks " + String.join(", ", missing), remedy)
                : DoctorCheckResult.limited(name, "this process lacks " + String.join(", ", missing), remedy);
    }

    /** Asks the kernel, because a security module can refuse what the capabilities allow. */
    private static DoctorCheckResult maps() {
        try {
            int count = UntypedMap.ids().size();
            return DoctorCheckResult.works(
                    "maps", NumberText.of(count, "map", "maps") + " can be listed and opened by id");
        } catch (BpfException e) {
            if (SystemChecks.isWithoutLibbpf(e)) {
                return DoctorCheckResult.limited(
                        "maps", "not checked, because libbpf can't be loaded", "install libbpf first");
            }
            return DoctorCheckResult.limited(
                    "maps",
                    e.getMessage(),
                    "tree and top work on pins that this user may read; for maps by id, run as root");
        }
    }

    static DoctorCheckResult openFiles(String limits) {
        Matcher matcher = OPEN_FILES.matcher(limits);
        String limit = matcher.matches() ? matcher.group(1) : "unknown";
        boolean many =
                limit.equals("unlimited") || (limit.matches("[0-9]{1,18}") && Long.parseLong(limit) >= MANY_FILES);
        return many
                ? DoctorCheckResult.works("ulimit -n", limit)
                : DoctorCheckResult.limited(
                        "ulimit -n",
                        limit
                                + ": without CAP_SYS_ADMIN or pinned inner maps, a service keeps one file open for each inner map",
                        "set LimitNOFILE= (systemd) or ulimit -n to more than the number of inner maps");
    }

    private static DoctorCheckResult java() {
        return DoctorCheckResult.works(
                "Java", System.getProperty("java.vm.version") + ", " + System.getProperty("java.home"));
    }
}
