/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.doctor;

import dev.nestmap.lint.Finding;
import dev.nestmap.lint.Finding.Severity;
import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.untyped.PinDirectory;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks of the machine (kernel, BTF, lockdown, the BPF file system and control groups) and of this process (its
 * capabilities, its limits, its rights, and whether it can load anything at all).
 */
final class SystemChecks {
    private static final Path BPF_FS = Path.of("/sys/fs/bpf");
    private static final Path KERNEL_TYPES = Path.of("/sys/kernel/btf/vmlinux");

    private static final String CONFIGURATION = "config";
    private static final String LOAD = "load";

    /** {@code linux/stat.h}. */
    private static final int S_IWOTH = 0002;

    private static final int S_ISVTX = 01000;

    private static final int MODE = 07777;

    private static final Pattern KERNEL = Pattern.compile("([0-9]+)\\.([0-9]+).*");

    /** Bits of {@code linux/capability.h}. */
    private static final Map<String, Integer> CAPABILITIES =
            Map.of("CAP_BPF", 39, "CAP_NET_ADMIN", 12, "CAP_PERFMON", 38, "CAP_SYS_ADMIN", 21);

    private static final int NET_ADMIN = 12;
    private static final int SYS_ADMIN = 21;
    private static final long MANY_FILES = 4096;
    private static final Pattern EFFECTIVE = Pattern.compile("(?s).*CapEff:\\s*([0-9a-f]+).*");
    private static final Pattern OPEN_FILES = Pattern.compile("(?s).*Max open files\\s+(\\S+)\\s+(\\S+).*");

    private SystemChecks() {}

    static List<Finding> all() {
        return List.of(
                kernel(text("/proc/sys/kernel/osrelease")),
                btf(KERNEL_TYPES),
                configuration(
                        Path.of("/boot/config-" + text("/proc/sys/kernel/osrelease")), Path.of("/proc/config.gz")),
                lockdown(text("/sys/kernel/security/lockdown"), text("/sys/kernel/security/lsm")),
                load(),
                bpfFileSystem(text("/proc/self/mounts"), BPF_FS),
                controlGroups(),
                capabilities(text("/proc/self/status")),
                openFiles(text("/proc/self/limits")));
    }

    static Finding kernel(String release) {
        Matcher version = KERNEL.matcher(release);
        if (!version.matches()) {
            return fails("kernel", "unknown: " + release, "run the command on Linux");
        }
        int major = Integer.parseInt(version.group(1));
        int minor = Integer.parseInt(version.group(2));
        return major > 6 || (major == 6 && minor >= 1)
                ? works("kernel", "Linux " + release)
                : fails("kernel", "Linux " + release, "Nestmap needs Linux 6.1 or newer");
    }

    /** The types of the kernel. A container may hide their file, although the kernel has them. */
    static Finding btf(Path types) {
        return Files.isReadable(types)
                ? works("BTF", types.toString())
                : limited(
                        "BTF",
                        "this process can't read " + types,
                        "programs that attach to kernel functions (fentry, tp_btf, lsm), and programs with CO-RE, need this file. In a "
                                + "container, mount the host's " + types.getParent()
                                + ". Elsewhere, use a kernel that was built with CONFIG_DEBUG_INFO_BTF. For CO-RE alone, "
                                + "OpenObject.kernelTypes can name a file instead. Maps and network programs work without it");
    }

    /**
     * The kernel's configuration, which libbpf reads for variables of {@code __kconfig} ({@code bpf_object__read_kconfig_file}).
     *
     * @param files where libbpf looks for it
     */
    static Finding configuration(Path... files) {
        return Stream.of(files)
                .filter(Files::isReadable)
                .findFirst()
                .map(file -> works(CONFIGURATION, file.toString()))
                .orElseGet(() -> limited(
                        CONFIGURATION,
                        "this process can read neither "
                                + Stream.of(files).map(Path::toString).collect(Collectors.joining(" nor ")),
                        "libbpf rejects objects that read an option of the kernel (extern ... CONFIG_... __kconfig), unless the variable is "
                                + "__weak. In a container, mount the host's file. Other objects work without it"));
    }

    /** Without the list of security modules, the file may be hidden, as in a container. */
    static Finding lockdown(String modes, String modules) {
        if (modes.isEmpty() && modules.isEmpty()) {
            return limited(
                    "lockdown",
                    "unknown: this process can't read /sys/kernel/security",
                    "in a container, read /sys/kernel/security/lockdown on the host: with [confidentiality], programs can't read"
                            + " kernel memory");
        }
        if (modes.contains("[confidentiality]")) {
            return limited(
                    "lockdown",
                    "confidentiality: programs can't read kernel memory",
                    "tracing programs need the mode integrity or none (kernel parameter lockdown=)");
        }
        return works(
                "lockdown",
                modes.contains("[integrity]") ? "integrity, which forbids only bpf_probe_write_user" : "none");
    }

    /** Does with libbpf what each service does, because a list of reasons for a refusal is never complete. */
    static Finding load() {
        try {
            UntypedMap.tryLoad();
        } catch (BpfException e) {
            return fails(
                    LOAD,
                    String.valueOf(e.getMessage()),
                    e.reason() == Reason.NOT_FOUND
                            ? "apt install libbpf1 (Debian, Ubuntu), dnf install libbpf (Fedora, RHEL), pacman -S libbpf (Arch);"
                                    + " check, compare, and import of object files work without it"
                            : "until then, no service can load its object here");
        }
        String file = text("/proc/self/maps")
                .lines()
                .filter(line -> line.contains("/libbpf.so"))
                .map(line -> line.substring(line.indexOf('/')))
                .findFirst()
                .orElse("libbpf");
        return works(LOAD, "the kernel creates maps and loads programs (with " + file + ")");
    }

    static Finding bpfFileSystem(String mounts, Path root) {
        boolean mounted = mounts.lines().anyMatch(line -> line.matches("\\S+ " + root + " bpf .*"));
        if (!mounted) {
            return fails(
                    "bpffs",
                    "no BPF file system is mounted at " + root,
                    "mount it for pins: mount -t bpf -o mode=0711 bpf " + root
                            + "; maps without pins don't need it. (ip netns exec hides it behind a new /sys: use nsenter"
                            + " --net=/run/netns/NAME COMMAND instead.)");
        }
        String owner;
        int mode;
        try {
            mode = (int) Files.getAttribute(root, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            owner = "mounted at " + root + ", mode " + Integer.toOctalString(mode & MODE) + " of "
                    + Files.getOwner(root);
        } catch (IOException e) {
            mode = 0;
            owner = "mounted at " + root + ", unreadable mode (" + e + ")";
        }
        try {
            if (Files.isWritable(root)) {
                PinDirectory.tryExchange(root);
            }
        } catch (BpfException e) {
            return fails("bpffs", String.valueOf(e.getMessage()), "until then, no service can pin a map there");
        }
        if ((mode & S_IWOTH) != 0) {
            return limited(
                    "bpffs",
                    owner + ": any user can create files there"
                            + ((mode & S_ISVTX) != 0
                                    ? ", even under the name of a service's directory"
                                    : ", and replace the pins and directories of others"),
                    "let only root write there, and give each service a directory that root creates: chmod 0711 " + root
                            + ". Leave directories and pins of users that you don't know: ls -la " + root
                            + " shows them");
        }
        return Files.isWritable(root)
                ? works("bpffs", owner)
                : limited(
                        "bpffs",
                        owner + ": this user can't pin there",
                        "let root create a directory for this user, such as " + root.resolve("acme"));
    }

    /** Where control groups of version 2 are mounted. */
    private static Finding controlGroups() {
        try {
            return works("cgroup2", "mounted at " + Cgroup.root().directory());
        } catch (BpfException e) {
            return limited(
                    "cgroup2", e.getMessage(), "only programs that attach to control groups (Cgroup, sockops) need it");
        }
    }

    static Finding capabilities(String status) {
        Matcher matcher = EFFECTIVE.matcher(status);
        long effective = matcher.matches() ? Long.parseUnsignedLong(matcher.group(1), 16) : 0;
        String name = "privileges";
        if ((effective >>> SYS_ADMIN & 1) == 1) {
            return (effective >>> NET_ADMIN & 1) == 1
                    ? works(name, "CAP_SYS_ADMIN and CAP_NET_ADMIN, which are enough for everything")
                    : limited(
                            name,
                            "CAP_SYS_ADMIN, which is enough for everything except tc filters",
                            "programs that attach to Tc need CAP_NET_ADMIN itself");
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
                ? fails(name, "this process lacks " + String.join(", ", missing), remedy)
                : limited(name, "this process lacks " + String.join(", ", missing), remedy);
    }

    static Finding openFiles(String limits) {
        Matcher matcher = OPEN_FILES.matcher(limits);
        String limit = matcher.matches() ? matcher.group(1) : "unknown";
        boolean many =
                limit.equals("unlimited") || (limit.matches("[0-9]{1,18}") && Long.parseLong(limit) >= MANY_FILES);
        return many
                ? works("ulimit -n", limit)
                : limited(
                        "ulimit -n",
                        limit + ": a service keeps one file open for each inner map that it uses",
                        "set LimitNOFILE= (systemd) or ulimit -n to more than the number of inner maps");
    }

    static Finding works(String subject, String found) {
        return finding(Severity.NOTE, subject, found, "");
    }

    static Finding limited(String subject, String found, String remedy) {
        return finding(Severity.WARNING, subject, found, remedy);
    }

    static Finding fails(String subject, String found, String remedy) {
        return finding(Severity.ERROR, subject, found, remedy);
    }

    private static Finding finding(Severity severity, String subject, String found, String remedy) {
        return new Finding(
                subject.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"), severity, subject, found, remedy);
    }

    /** The content of a small file of the kernel; empty if it can't be read. */
    static String text(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
