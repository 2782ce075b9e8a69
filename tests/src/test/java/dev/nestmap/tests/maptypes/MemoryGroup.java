/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A control group that the kernel charges for memory. A thread of version 1 can be in a group of its own; in version 2, the whole process
 * moves.
 */
public final class MemoryGroup implements AutoCloseable {
    private final Path outer;
    private final Path directory;
    private final String members;
    private final String usage;
    private final String limit;

    private MemoryGroup(Path root, Path outer, String members, String usage, String limit) throws IOException {
        this.outer = outer;
        this.directory = Files.createTempDirectory(root, "nestmap-test");
        this.members = members;
        this.usage = usage;
        this.limit = limit;
    }

    /** Creates a group without a limit. Skips the test if no mounted hierarchy limits memory. */
    public static MemoryGroup create() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/mounts"))) {
            String[] fields = line.split(" ", -1);
            Path root = Path.of(fields[1]);
            if (fields[2].equals("cgroup") && List.of(fields[3].split(",")).contains("memory")) {
                return new MemoryGroup(
                        root, root.resolve(ofThisProcess()), "tasks", "memory.usage_in_bytes", "memory.limit_in_bytes");
            }
            Path shared = root.resolve("cgroup.subtree_control");
            if (fields[2].equals("cgroup2") && Files.readString(shared).contains("memory")) {
                return new MemoryGroup(
                        root, ControlGroups.ofThisProcess(), "cgroup.procs", "memory.current", "memory.max");
            }
        }
        return abort("no control group limits memory");
    }

    /** The group of version 1, from its mount point on. */
    private static String ofThisProcess() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                .map(line -> line.split(":", 3))
                .filter(fields -> List.of(fields[1].split(",")).contains("memory"))
                .map(fields -> fields[2].substring(1))
                .findFirst()
                .orElseThrow();
    }

    /** Runs an action in this group. */
    void run(Runnable action) throws IOException {
        enter(directory);
        try {
            action.run();
        } finally {
            enter(outer);
        }
    }

    private void enter(Path group) throws IOException {
        Files.writeString(group.resolve(members), "0"); // the thread or process that writes
    }

    /** The file to which a process writes its id to be in this group. */
    public Path members() {
        return directory.resolve(members);
    }

    /** From now on, the group gets at most this number of bytes more. */
    public void limitMore(long bytes) throws IOException {
        long used = Long.parseLong(Files.readString(directory.resolve(usage)).strip());
        Files.writeString(directory.resolve(limit), Long.toString(used + bytes));
    }

    @Override
    public void close() throws IOException {
        for (int attempt = 0; attempt < 10_000; attempt++) {
            try {
                Files.delete(directory);
                return;
            } catch (FileSystemException e) { // a thread that the Java VM has started meanwhile inherits the group
                moveMembers();
            }
        }
        throw new IOException(directory + " still has members");
    }

    private void moveMembers() throws IOException {
        for (String member : Files.readAllLines(directory.resolve(members))) {
            try {
                Files.writeString(outer.resolve(members), member);
            } catch (IOException e) {
                // The thread has ended.
            }
        }
    }
}
