/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.internal.backend.PinPermissions;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.MapFlags;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Pins in the kernel's BPF file systems. */
public final class KernelPins implements Pins {
    /** Size of {@code struct bpf_obj_get_opts} in libbpf 1.0, with its padding. Newer versions accept the shorter struct. */
    private static final int OPTS_SIZE = 16;

    private static final int FILE_FLAGS_AT = 8;

    /** {@code sys/file.h}. */
    private static final int LOCK_EX = 2;

    private static final int LOCK_NB = 4;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final String MAP = "anon_inode:bpf-map";

    private final Native.LibBpf libbpf;

    /**
     * Pins that this process creates and opens with its own user and capabilities.
     *
     * @throws dev.nestmap.runtime.error.BpfException if libbpf can't be loaded
     */
    public KernelPins() {
        this.libbpf = Native.libbpf();
    }

    @Override
    public void pin(RawMap map, Path path, PinOptions options) {
        String operation = "pinning of map " + map.shape().title() + " at " + path;
        PinErrors errors = new PinErrors(operation, path);
        try {
            makeDirectories(path, options);
            errors.refuseNotBpf();
            int result = libbpf.bpf_obj_pin(KernelMap.of(map).fd(), path.toString());
            if (result < 0) {
                throw errors.pinFailed(-result);
            }
            try {
                setOwner(path, options);
                Files.setPosixFilePermissions(path, options.permissions());
            } catch (IOException e) {
                Files.deleteIfExists(path);
                throw e;
            }
        } catch (IOException e) {
            throw errors.failed(e);
        }
    }

    @Override
    public @Nullable RawMap open(Path path, PinAccess access) {
        PinErrors errors = new PinErrors("opening of the pin " + path, path);
        errors.refuseSymbolicLink();
        Block opts = Block.allocate(OPTS_SIZE);
        opts.bytes().putLong(0, OPTS_SIZE);
        opts.bytes().putInt(FILE_FLAGS_AT, access == PinAccess.READ_ONLY ? (int) MapFlags.RDONLY : 0);
        int fd;
        try {
            fd = libbpf.bpf_obj_get_opts(path.toString(), opts.address());
        } finally {
            Reference.reachabilityFence(opts);
        }
        if (fd == -ErrnoNumbers.ENOENT) {
            return null;
        }
        if (fd < 0) {
            throw errors.openFailed(-fd, access);
        }
        String type = typeOf(fd);
        if (!type.equals(MAP)) {
            Native.libc().close(fd);
            throw errors.noMap(type);
        }
        return KernelMap.owning(fd, null);
    }

    /**
     * The kernel sets the modification time of a new pin to the time of its last timer tick, up to 10 ms ago ({@code bpf_get_inode} in
     * {@code kernel/bpf/inode.c}). Two pins of one map could then have the same time.
     */
    @Override
    public Instant setTime(Path path) {
        try {
            Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setTimes(FileTime.from(Instant.now()), null, null);
        } catch (IOException e) {
            throw new PinErrors("setting the time of the pin " + path, path).failed(e);
        }
        return time(path); // the file system may keep fewer digits
    }

    @Override
    public Instant time(Path path) {
        try {
            return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
        } catch (IOException e) {
            throw new PinErrors("reading the time of the pin " + path, path).failed(e);
        }
    }

    @Override
    public void move(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new PinErrors("moving of the pin " + from + " to " + to, from).failed(e);
        }
    }

    @Override
    public void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (DirectoryNotEmptyException e) {
            // The path is a directory with other pins in it.
            return;
        } catch (IOException e) {
            throw new PinErrors("removal of the pin " + path, path).failed(e);
        }
    }

    @Override
    public @Nullable Lock lock(Path directory, PinOptions options) {
        PinErrors errors = new PinErrors("locking of the pins in " + directory, directory);
        try {
            makeDirectories(directory.resolve("pin"), options);
        } catch (IOException e) {
            throw errors.failed(e);
        }
        int fd = Native.open(directory);
        if (fd < 0) {
            throw errors.lockFailed(Native.lastErrno());
        }
        if (Native.libc().flock(fd, LOCK_EX | LOCK_NB) == 0) {
            return () -> Native.libc().close(fd);
        }
        int errno = Native.lastErrno();
        Native.libc().close(fd);
        if (errno == ErrnoNumbers.EAGAIN) {
            return null;
        }
        throw errors.lockFailed(errno);
    }

    @Override
    public List<Path> list(Path directory) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> pins = Files.list(directory)) {
            return pins.toList();
        } catch (IOException e) {
            throw new PinErrors("listing of the pins in " + directory, directory).failed(e);
        }
    }

    private static void makeDirectories(Path path, PinOptions options) throws IOException {
        Path directory = path.getParent();
        if (directory == null || Files.isDirectory(directory)) {
            return;
        }
        makeDirectories(directory, options);
        Path above = directory.getParent();
        if (above != null && !PinErrors.isBpf(above)) {
            return; // outside a BPF file system: create no directory there, the pin is rejected later
        }
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            return; // another process or thread created it; if it is not a directory, the pin is rejected later
        }
        setOwner(directory, options);
        Files.setPosixFilePermissions(directory, PinPermissions.ofDirectories(options));
    }

    private static void setOwner(Path path, PinOptions options) throws IOException {
        PinOptions.Owner owner = options.owner();
        if (owner != null) {
            Files.setAttribute(path, "unix:gid", owner.group());
            Files.setAttribute(path, "unix:uid", owner.user());
        }
    }

    /**
     * Describes an open file by its link in {@code /proc}: bpf_obj_get also opens programs and links, and their info looks like a map's.
     */
    private static String typeOf(int fd) {
        try {
            return Files.readSymbolicLink(DESCRIPTORS.resolve(Integer.toString(fd)))
                    .toString();
        } catch (IOException e) {
            return "unknown (" + e + ")";
        }
    }
}
