/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend.pinset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.backend.pinset.Calls.Call;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/** The model's kernel, which makes each change also in a directory of a real BPF file system. Links are pins of maps there, too. */
final class RealKernel extends Kernel implements AutoCloseable {
    /** As the kernel's headers name them. */
    public interface C {
        int open(String path, int flags);

        int close(int fd);

        int flock(int fd, int operation);

        /**
         * Sets the times of a file.
         *
         * @param times seconds and microseconds of the last access and of the last change
         */
        int utimes(String path, long[] times);

        int renameat2(int oldDirectory, String oldPath, int newDirectory, String newPath, int flags);
    }

    /** Of libbpf. */
    public interface LibBpf {
        int bpf_map_create(int type, @Nullable String name, int key, int value, int entries, @Nullable Pointer options);

        int bpf_obj_pin(int fd, String path);

        int bpf_obj_get(String path);
    }

    private static final C LIBC = LibraryLoader.create(C.class).load("c");
    private static final LibBpf LIBBPF = LibraryLoader.create(LibBpf.class).load("libbpf.so.1");

    private static final int O_DIRECTORY_CLOEXEC = 0200000 | 02000000;
    private static final int AT_FDCWD = -100;
    private static final int RENAME_NOREPLACE = 1;
    private static final int RENAME_EXCHANGE = 2;
    private static final int LOCK_EX_NB = 2 | 4;
    private static final int LOCK_UN = 8;
    private static final int BPF_MAP_TYPE_ARRAY = 2;

    private record Opening(int pid, int inode) {}

    private final Path root;
    private final Map<Opening, Integer> directories = new HashMap<>();

    /** The descriptors of maps and links by their numbers in the model, and the maximum of entries by which they are known. */
    private final Map<Integer, Integer> objects = new HashMap<>();

    private final List<Integer> entries = new ArrayList<>();
    private final Map<Integer, Object> inodes = new HashMap<>();
    private int calls;

    RealKernel(Path root) {
        super(Exploration.world(0));
        this.root = root;
        ids = new int[20];
        for (String path : new TreeMap<>(files.entries()).keySet()) {
            try {
                if (files.get(path) instanceof Directory) {
                    Files.createDirectory(root.resolve(path));
                } else {
                    pinReally(FOREIGN, path);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        compare("start");
    }

    int calls() {
        return calls;
    }

    Object call(int pid, Call call) {
        calls++;
        Object result = call.effect().on(this, pid);
        compare(call.toString());
        return result;
    }

    boolean blocks(int pid, Call call) {
        return call.name().equals("flock")
                && (boolean) call.arguments().get(1)
                && isLocked((int) call.arguments().get(0), pid);
    }

    private Path real(String path) {
        return root.resolve(path);
    }

    /** A path below a directory that a process has opened leads through its descriptor. */
    private Path real(int pid, String path) {
        if (!path.startsWith(">")) {
            return real(path);
        }
        int slash = path.indexOf('/');
        int fd = descriptor(pid, Integer.parseInt(path.substring(1, slash)));
        return Path.of("/proc/self/fd/" + fd + path.substring(slash));
    }

    private int descriptor(int pid, int inode) {
        return Objects.requireNonNull(directories.get(new Opening(pid, inode)));
    }

    private interface Change {
        void run() throws IOException;
    }

    /** Whether the kernel did it. It may refuse because of what exists, or not. */
    private static boolean succeeds(Change change) {
        try {
            change.run();
            return true;
        } catch (NoSuchFileException | FileAlreadyExistsException | DirectoryNotEmptyException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    void mkdir(int pid, String path) {
        succeeds(() -> Files.createDirectory(real(path)));
        super.mkdir(pid, path);
    }

    @Override
    boolean rmdir(int pid, String path) {
        Path directory = real(pid, path);
        boolean isDone =
                (Files.isDirectory(directory) || !Files.exists(directory)) && succeeds(() -> Files.delete(directory));
        assertThat(super.rmdir(pid, path)).as("rmdir " + path).isEqualTo(isDone);
        return isDone;
    }

    @Override
    List<String> list(String path) {
        List<String> expected = super.list(path);
        List<String> found = List.of();
        if (Files.isDirectory(real(path))) {
            try (Stream<Path> files = Files.list(real(path))) {
                found = files.map(file -> file.getFileName().toString())
                        .sorted()
                        .toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        assertThat(found).isEqualTo(expected);
        return expected;
    }

    @Override
    int inode(int pid, String path) {
        int inode = super.inode(pid, path);
        assertThat(Files.isDirectory(real(pid, path))).as("directory " + path).isEqualTo(inode != 0);
        if (inode != 0) {
            directories.computeIfAbsent(
                    new Opening(pid, inode),
                    opening -> LIBC.open(real(pid, path).toString(), O_DIRECTORY_CLOEXEC));
        }
        return inode;
    }

    @Override
    void unlink(String path) {
        succeeds(() -> Files.delete(real(path)));
        super.unlink(path);
    }

    @Override
    boolean link(String from, String to) {
        succeeds(() -> Files.createLink(real(to), real(from)));
        return super.link(from, to);
    }

    @Override
    void symlink(int pid, String path) {
        succeeds(() -> Files.createSymbolicLink(real(path), Path.of("now/" + path.substring(path.indexOf('/') + 1))));
        super.symlink(pid, path);
    }

    @Override
    void unlinkSymbolic(String path) {
        if (Files.isSymbolicLink(real(path))) {
            succeeds(() -> Files.delete(real(path)));
        }
        super.unlinkSymbolic(path);
    }

    @Override
    void rename(String from, String to) {
        succeeds(() -> Files.move(real(from), real(to), StandardCopyOption.ATOMIC_MOVE));
        super.rename(from, to);
    }

    @Override
    boolean renameNoReplace(String from, String to) {
        boolean isDone = renameat2(from, to, RENAME_NOREPLACE);
        assertThat(super.renameNoReplace(from, to)).as("rename " + from).isEqualTo(isDone);
        return isDone;
    }

    @Override
    boolean exchange(String one, String other) {
        boolean isDone = renameat2(one, other, RENAME_EXCHANGE);
        assertThat(super.exchange(one, other)).as("exchange " + one).isEqualTo(isDone);
        return isDone;
    }

    private boolean renameat2(String from, String to, int flags) {
        return LIBC.renameat2(AT_FDCWD, real(from).toString(), AT_FDCWD, real(to).toString(), flags) == 0;
    }

    @Override
    void pin(int pid, boolean isLink, int id, String path) {
        super.pin(pid, isLink, id, path);
        pinReally(id, path);
        setRealTime(path, 0);
    }

    private void pinReally(int id, String path) {
        int fd = objects.computeIfAbsent(id, key -> {
            entries.add(id);
            return LIBBPF.bpf_map_create(BPF_MAP_TYPE_ARRAY, null, 4, 8, entries.size(), null);
        });
        assertThat(fd).as("descriptor of a map").isNotNegative();
        assertThat(LIBBPF.bpf_obj_pin(fd, real(path).toString()))
                .as("pin " + path)
                .isZero();
    }

    private void setRealTime(String path, int time) {
        // Java opens a file to set its time, and a pin can't be opened.
        assertThat(LIBC.utimes(real(path).toString(), new long[] {time, 0, time, 0}))
                .as("time of " + path)
                .isZero();
    }

    @Override
    int setTime(int pid, String path, int time) {
        int set = super.setTime(pid, path, time);
        if (set != 0) {
            setRealTime(path, set);
        }
        return set;
    }

    @Override
    @Nullable
    Opened get(int pid, String path) {
        Opened expected = super.get(pid, path);
        Integer found = opened(real(pid, path));
        assertThat(found).as("map at " + path).isEqualTo(expected == null ? null : expected.id());
        return expected;
    }

    /** The number of the map at a path. */
    @Nullable
    Integer opened(Path path) {
        int fd = LIBBPF.bpf_obj_get(path.toString());
        if (fd < 0) {
            return null;
        }
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/fdinfo/" + fd))) {
            int size = lines.filter(line -> line.startsWith("max_entries:"))
                    .mapToInt(line -> Integer.parseInt(
                            line.substring(line.indexOf(':') + 1).trim()))
                    .findFirst()
                    .orElseThrow();
            return entries.get(size - 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            LIBC.close(fd);
        }
    }

    @Override
    boolean flock(int pid, int inode) {
        boolean isLocked = LIBC.flock(descriptor(pid, inode), LOCK_EX_NB) == 0;
        assertThat(super.flock(pid, inode)).as("flock").isEqualTo(isLocked);
        return isLocked;
    }

    @Override
    void unlock(int pid, int inode) {
        LIBC.flock(descriptor(pid, inode), LOCK_UN);
        super.unlock(pid, inode);
    }

    @Override
    void endProcess(int pid) {
        super.endProcess(pid);
        directories.entrySet().removeIf(directory -> {
            boolean isOfProcess = directory.getKey().pid() == pid;
            if (isOfProcess) {
                LIBC.close(directory.getValue());
            }
            return isOfProcess;
        });
    }

    /** The same files, each with the inode that it got when it was made, and with its time. */
    void compare(String after) {
        Map<String, String> expected = new TreeMap<>();
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(file -> !file.equals(root)).toList()) {
                String path = root.relativize(file).toString();
                Object realInode = Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
                Node node = files.get(path);
                int inode = node == null ? 0 : node.inode();
                Object known = inodes.computeIfAbsent(inode, key -> realInode);
                boolean isTimed = node instanceof Pin pin && pin.time() > 0;
                long time = isTimed ? Files.getLastModifiedTime(file).to(TimeUnit.SECONDS) : 0;
                String type = Files.isSymbolicLink(file) ? "symbolic" : Files.isDirectory(file) ? "directory" : "pin";
                found.put(path, type + " " + realInode + " " + time);
                expected.put(
                        path,
                        node == null
                                ? "nothing"
                                : typeOf(node) + " " + known + " " + (isTimed ? ((Pin) node).time() : 0));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        files.keys().forEach(path -> expected.putIfAbsent(path, "a file"));
        assertThat(found).as(after).isEqualTo(expected);
    }

    private static String typeOf(Node node) {
        return node instanceof Pin ? "pin" : node instanceof Directory ? "directory" : "symbolic";
    }

    @Override
    public void close() {
        directories.values().forEach(LIBC::close);
        objects.values().forEach(LIBC::close);
    }
}
