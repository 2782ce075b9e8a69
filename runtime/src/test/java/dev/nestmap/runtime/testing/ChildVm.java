/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.natives.Natives;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Runs a main class in a separate Java VM, with other privileges than this one, or to kill it. */
public final class ChildVm {
    private final List<String> command = new ArrayList<>();
    private String nativeAccess = "--enable-native-access=ALL-UNNAMED";
    private String classPath = System.getProperty("java.class.path");

    /** A VM configured to start fast, for short runs. */
    public ChildVm() {
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-Xshare:auto"));
        command.add("-XX:+ExitOnOutOfMemoryError"); // as services; otherwise a load logs that it is missing
        command.add("-XX:-UseContainerSupport"); // see WatchedThread
        for (String property : List.of("nestmap.machine", Natives.PROPERTY)) {
            String value = System.getProperty(property);
            if (value != null) { // otherwise both VMs use the default
                command.add("-D" + property + "=" + value);
            }
        }
    }

    /**
     * Runs as the user nobody with only these capabilities, such as {@code +bpf,+net_admin}. Empty means none. Uses copies of the class path,
     * because this user may not read the original files.
     */
    public ChildVm asNobody(String capabilities) {
        classPath = ClassPathCopy.CLASS_PATH;
        List<String> rights = new ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        if (capabilities.isEmpty()) {
            rights.addAll(List.of("--bounding-set=-all", "--inh-caps=-all"));
        } else {
            rights.addAll(List.of("--inh-caps=" + capabilities, "--ambient-caps=" + capabilities));
        }
        command.addAll(0, rights);
        return this;
    }

    /** Passes these arguments to the VM. */
    public ChildVm with(String... vmArguments) {
        command.addAll(List.of(vmArguments));
        return this;
    }

    /** Limits the number of open files. */
    public ChildVm withOpenFiles(int limit) {
        command.addAll(0, List.of("prlimit", "--nofile=" + limit + ":" + limit));
        return this;
    }

    /** Denies native access, which is possible since Java 24. */
    public ChildVm denyingNativeAccess() {
        nativeAccess = "--illegal-native-access=deny";
        return this;
    }

    /** Runs as this user without any capability. */
    public ChildVm withoutCapabilities() {
        command.addAll(0, List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
        return this;
    }

    /** Starts the VM with this command, whose arguments are the VM and its arguments. */
    public ChildVm startedBy(String... starter) {
        command.addAll(0, List.of(starter));
        return this;
    }

    /** Runs in a network namespace of its own. Skips the test if that is impossible. */
    public ChildVm inNetworkNamespace() throws IOException {
        NetworkNamespace.needPermission();
        return startedBy("unshare", "--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh");
    }

    /** Uses this class path instead of the one of this VM. */
    public ChildVm withClassPath(String other) {
        classPath = other;
        return this;
    }

    /** Starts the VM. Its output includes its errors. */
    public Process start(Class<?> main, String... arguments) throws IOException {
        return builder(main, arguments).start();
    }

    /** Starts the VM with arguments that are not all texts. */
    public Process start(Class<?> main, Object... arguments) throws IOException {
        return start(main, texts(arguments));
    }

    /** A VM with further settings, such as its environment. Its output includes its errors. */
    public ProcessBuilder builder(Class<?> main, String... arguments) {
        List<String> line = new ArrayList<>(command);
        line.addAll(List.of(nativeAccess, "-cp", classPath, main.getName()));
        line.addAll(List.of(arguments));
        return new ProcessBuilder(line).redirectErrorStream(true);
    }

    /** Runs the VM and returns its output, errors included. Throws if the VM fails. */
    public String run(Class<?> main, String... arguments) throws IOException {
        Process process = start(main, arguments);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new AssertionError(main + " failed:\n" + output);
        }
        return output;
    }

    /** Runs the VM with arguments that are not all texts. */
    public String run(Class<?> main, Object... arguments) throws IOException {
        return run(main, texts(arguments));
    }

    private static String[] texts(Object... arguments) {
        return Stream.of(arguments).map(String::valueOf).toArray(String[]::new);
    }

    /** Returns what a process prints until its end. */
    public static String output(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops a process with SIGSTOP, and waits until it is stopped. */
    public static void stop(Process process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-STOP", Long.toString(process.pid()))
                .start()
                .waitFor();
        Await.until(
                "the process is stopped",
                () -> Files.readString(Path.of("/proc/" + process.pid() + "/stat"))
                        .contains(") T "));
    }

    /** Copies of the class path of this VM, which every user may read. The VM makes them once, and deletes them at its end. */
    private static final class ClassPathCopy {
        static final String CLASS_PATH = copy();

        private static String copy() {
            try {
                Path to = Files.createTempDirectory("nestmap-classes");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(to)));
                Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
                List<String> copies = new ArrayList<>();
                for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                    Path from = Path.of(entry);
                    if (Files.exists(from)) {
                        Path copy = to.resolve(copies.size() + "-" + from.getFileName());
                        copy(from, copy);
                        copies.add(copy.toString());
                    }
                }
                return String.join(File.pathSeparator, copies);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void copy(Path from, Path to) throws IOException {
            try (Stream<Path> all = Files.walk(from)) {
                for (Path file : all.toList()) {
                    Files.copy(file, file.equals(from) ? to : to.resolve(from.relativize(file)));
                }
            }
        }

        private static void delete(Path directory) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
