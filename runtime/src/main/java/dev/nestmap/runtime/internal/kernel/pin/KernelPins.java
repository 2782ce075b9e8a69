/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.map.FrozenText;
import dev.nestmap.runtime.internal.kernel.map.KernelMap;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.ObjectInfoReader;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.MapFlags;
import java.io.IOException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Pins in the kernel's BPF file systems. Every operation reaches the pin through a descriptor of its directory, which is opened for each operation,
 * or once for as long as this process owns the set: see {@link PinDirectories}.
 */
public final class KernelPins implements Pins {
    /** Size of {@code struct bpf_obj_get_opts} in libbpf 1.0, with its padding. Newer versions accept the shorter struct. */
    private static final int OPTS_SIZE = 16;

    private static final int FILE_FLAGS_AT = 8;

    /** An owner that ends removes its directory once. Another user who may write there could remove it again and again. */
    private static final int LOCK_ATTEMPTS = 100;

    /** The type of a pinned object. */
    enum Type {
        MAP("bpf-map"),
        PROGRAM("bpf-prog"),
        /** {@code kernel/bpf/syscall.c} names links that the process made differently from links that it opened. */
        LINK("\\[?bpf[_-]link\\]?");

        private final String descriptor;

        /** @param descriptor how the kernel names descriptors of this type, as a regular expression */
        Type(String descriptor) {
            this.descriptor = "anon_inode:" + descriptor;
        }
    }

    /** What is done in one directory holds the lock for reading, and {@link #alone} the one for writing. */
    private static final ReentrantReadWriteLock ALONE = new ReentrantReadWriteLock();

    private final LibBpf libbpf;
    private final PinDirectories directories;
    private final PinAttributes.@Nullable Owner owner;

    private KernelPins(PinTrustCheck trust) {
        this(new PinDirectories(trust), trust.owner());
    }

    private KernelPins(PinDirectories directories, PinAttributes.@Nullable Owner owner) {
        this.libbpf = NativeLibraries.libbpf();
        this.directories = directories;
        this.owner = owner;
    }

    /**
     * Pins that this process creates and opens with its own user and capabilities. Pins and directories that other users may change are
     * rejected, unless the permissions of the options let these users write.
     *
     * @throws dev.nestmap.runtime.error.BpfException if libbpf can't be loaded
     */
    public KernelPins(PinOptions options) {
        this(new PinAttributes(options, null));
    }

    /** Pins that get an owner, who is trusted, too. */
    public KernelPins(PinAttributes attributes) {
        this(new PinTrustCheck(attributes.options(), attributes.owner()));
    }

    /** Does the same with {@link PinOptions#defaults}. */
    public KernelPins() {
        this(PinOptions.defaults());
    }

    /**
     * Pins of all users, for a process that opens them read-only.
     *
     * @throws dev.nestmap.runtime.error.BpfException if libbpf can't be loaded
     */
    public static KernelPins forReading() {
        return new KernelPins(new PinTrustCheck(null, null));
    }

    @Override
    public Instant pin(RawMap map, Path path, PinOptions options, @Nullable Instant time) {
        PinErrors errors = new PinErrors("pinning of map " + map.shape().name() + " at " + path, path);
        return pin(KernelMap.of(map).fd(), path, options, time, errors);
    }

    /** Pins the map, program or link with this descriptor. */
    void pin(int fd, Path path, PinOptions options, PinErrors errors) {
        pin(fd, path, options, null, errors);
    }

    private Instant pin(int fd, Path path, PinOptions options, @Nullable Instant time, PinErrors errors) {
        Instant modified = changing(errors, () -> directories.findOrCreate(parent(path), options), directory -> {
            String name = name(path);
            PinErrors.requireName(directory.path(), name);
            int result = libbpf.bpf_obj_pin(fd, directory.entry(name).toString());
            if (result == -ErrnoNumbers.ENOENT) {
                PinDirectories.changed(); // somebody else has removed the directory, and the next call creates it
            }
            if (result < 0) {
                throw errors.pinFailed(-result);
            }
            try {
                if (time != null) {
                    directory.setTime(name, time);
                }
                PathDescriptor.Status status = statusOf(directory, name);
                // The kernel has given it to this user, with rw-------.
                if (owner != null || !status.isOwnFileWith(options.permissions())) {
                    setOwnerAndMode(fd, directory, name, options, errors);
                }
                return status.modified();
            } catch (Throwable e) { // even after an Error, no pin with other permissions may stay
                removeAfter(e, directory, name);
                throw e;
            }
        });
        return Objects.requireNonNull(modified, "the directory exists");
    }

    private static PathDescriptor.Status statusOf(PathDescriptor directory, String name) throws PathException {
        PathDescriptor.Status status = directory.findStatus(name);
        if (status == null) {
            throw new PathException(directory.path().resolve(name), ErrnoNumbers.ENOENT, null);
        }
        return status;
    }

    /** Removes a file that could not be completed. */
    static void removeAfter(Throwable failure, PathDescriptor directory, String name) {
        try {
            directory.remove(name);
        } catch (PathException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Changes the new pin that is held, and only if it is that of the same object: another user may have exchanged it for a pin of this
     * user.
     */
    private void setOwnerAndMode(int fd, PathDescriptor directory, String name, PinOptions options, PinErrors errors)
            throws IOException {
        try (PathDescriptor pin = directory.openExisting(name)) {
            if (!isPinOf(fd, pin, errors)) {
                throw pin.replaced(0);
            }
            pin.setOwnerAndMode(owner, options.permissions());
        }
    }

    /** Whether a pin refers to the object with this descriptor. */
    private boolean isPinOf(int fd, PathDescriptor pin, PinErrors errors) throws IOException {
        if (pin.status().isLink()) {
            return false;
        }
        String type = PathDescriptor.typeOf(fd, pin.path());
        int found = openDescriptor(pin, type.matches(Type.LINK.descriptor) ? 0 : (int) MapFlags.RDONLY, errors);
        if (found == -ErrnoNumbers.EACCES || found == -ErrnoNumbers.EPERM) {
            throw pin.replaced(-found); // by a file that is no pin, or by a pin that this user may not open
        }
        if (found < 0) {
            throw new PathException(pin.path(), -found, null);
        }
        try (Descriptor open = new Descriptor(found)) {
            // A link that this process made has brackets in its type, and one that it opened has none.
            boolean isSameType = typeName(type).equals(typeName(PathDescriptor.typeOf(found, pin.path())));
            return isSameType && ObjectInfoReader.id(fd) == ObjectInfoReader.id(open.fd());
        }
    }

    private static String typeName(String type) {
        return type.replaceAll("[^a-z]", "");
    }

    @Override
    public @Nullable RawMap open(Path path, MapAccess access) {
        Descriptor pinned = open(path, Type.MAP, access, new PinErrors("opening of the pin " + path, path));
        return pinned.fd() < 0 ? null : KernelMap.owning(pinned, null);
    }

    /** Opens what is pinned at the path. Returns its descriptor, which the caller closes; a negative one if nothing is pinned there. */
    Descriptor open(Path path, Type type, MapAccess access, PinErrors errors) {
        Descriptor opened = looking(
                path,
                e -> errors.openFailed(e, type, access),
                directory -> {
                    try (PathDescriptor pin = directory.open(name(path))) {
                        directories.saw(directory.path().resolve(name(path)), pin == null ? null : pin.status());
                        return pin == null ? null : open(pin, type, access, errors);
                    }
                },
                Descriptor::close);
        return opened == null ? new Descriptor(-1) : opened;
    }

    private Descriptor open(PathDescriptor pin, Type type, MapAccess access, PinErrors errors) throws IOException {
        boolean readOnly = access == MapAccess.READ_ONLY;
        int opened = openDescriptor(pin, readOnly ? (int) MapFlags.RDONLY : 0, errors);
        // A link can't be opened for reading only (bpf_obj_get_user in kernel/bpf/inode.c of Linux 6.12).
        int fd = readOnly && opened == -ErrnoNumbers.EINVAL ? openDescriptor(pin, 0, errors) : opened;
        if (fd < 0) {
            throw errors.openFailed(-fd, type, access);
        }
        try (Descriptor object = new Descriptor(fd)) {
            String found = PathDescriptor.typeOf(fd, pin.path());
            if (!found.matches(type.descriptor)) {
                throw errors.wrongType(type, described(fd, found));
            }
            return object.moved();
        }
    }

    /** Describes a pin of another type: {@code map}, {@code program: watch}, or {@code link: XDP, program watch}. */
    private static String described(int fd, String type) {
        if (type.matches(Type.PROGRAM.descriptor)) {
            return "program: " + ProgramInfo.of(fd).name();
        }
        if (type.matches(Type.LINK.descriptor)) {
            KernelLink.Info link = LinkCalls.describe(fd).info();
            ProgramInfo program = ProgramInfo.ofId(link.programId());
            String name = program == null ? Integer.toUnsignedString(link.programId()) : program.name();
            return "link: " + link.kind() + ", program " + name + (link.attached() ? "" : ", detached");
        }
        return type.matches(Type.MAP.descriptor) ? "map" : type.replace("anon_inode:", "");
    }

    @Override
    public void write(Path path, String text, PinOptions options) {
        try (RawMap map = FrozenText.create(text, path)) {
            pin(map, path, options);
        }
    }

    @Override
    public @Nullable String read(Path path) {
        try (RawMap map = open(path, MapAccess.READ_ONLY)) {
            return map == null ? null : FrozenText.read(map, path);
        }
    }

    @Override
    public boolean isPinned(RawMap map, Path path) {
        try (RawMap pinned = open(path, MapAccess.READ_ONLY)) {
            return pinned != null && pinned.id() == map.id();
        }
    }

    /** Opens the object behind a pin. Returns its descriptor, or a negative errno. */
    private int openDescriptor(PathDescriptor pin, int flags, PinErrors errors) throws IOException {
        errors.requirePin(pin);
        directories.checkPin(pin);
        OffHeapBlock opts = OffHeapBlock.allocate(OPTS_SIZE);
        opts.bytes().putLong(0, OPTS_SIZE);
        opts.bytes().putInt(FILE_FLAGS_AT, flags);
        return opts.call(address -> libbpf.bpf_obj_get_opts(pin.link().toString(), address));
    }

    /** Something that is done in an open directory. */
    private interface Step<T extends @Nullable Object> {
        T take(PathDescriptor directory) throws IOException;
    }

    /** Changes a file in a directory, which exists. */
    private <T> @Nullable T changing(PinErrors errors, Path file, Step<@Nullable T> step) {
        return changing(errors, () -> existing(parent(file)), step);
    }

    /** Opens a directory; null if there is none. */
    private interface Opening {
        @Nullable
        PathDescriptor open() throws IOException;
    }

    /** Changes a file in a directory of a BPF file system. */
    private <T> @Nullable T changing(PinErrors errors, Opening opening, Step<@Nullable T> step) {
        return in(opening, errors::failed, directory -> {
            errors.requireBpf(directory);
            return step.take(directory);
        });
    }

    /** Does something in a directory while no thread is {@link #alone}. Does nothing if there is no directory. */
    private static <T> @Nullable T in(
            Opening opening, Function<IOException, BpfException> failed, Step<@Nullable T> step) {
        ALONE.readLock().lock();
        try (PathDescriptor directory = opening.open()) {
            return directory == null ? null : step.take(directory);
        } catch (IOException e) {
            throw failed.apply(e);
        } finally {
            ALONE.readLock().unlock();
        }
    }

    /** Changes a file in one directory that gets a name in another one. */
    private <T> @Nullable T naming(String what, Path from, Path to, Naming<@Nullable T> step) {
        PinErrors errors = new PinErrors(what + " of the pin " + from + " to " + to, from);
        return changing(errors, from, source -> {
            try (PathDescriptor target = existing(parent(to))) {
                errors.requireBpf(target);
                return step.take(source, target);
            }
        });
    }

    /** Something that is done in two open directories. */
    private interface Naming<T extends @Nullable Object> {
        T take(PathDescriptor source, PathDescriptor target) throws IOException;
    }

    @Override
    public <T> @Nullable T reading(Path pin, Function<Pins, @Nullable T> action, Consumer<T> discard) {
        while (!directories.isView()) {
            try (PinDirectories view = directories.view();
                    Undo undo = new Undo()) {
                T result;
                try {
                    result = action.apply(new KernelPins(view, owner));
                } catch (BpfException e) {
                    if (view.isCurrent()) {
                        throw e;
                    }
                    continue;
                }
                if (result != null) {
                    undo.add(() -> discard.accept(result));
                }
                if (view.isCurrent()) {
                    undo.commit();
                    return result;
                }
            } catch (PathException e) {
                throw new PinErrors("look-up of " + pin, pin).failed(e);
            }
        }
        return action.apply(this); // whoever began the view looks again
    }

    /** Looks for something in the directory of a file; null if there is no directory. */
    private <T> @Nullable T looking(
            Path file, Function<IOException, BpfException> failed, Step<@Nullable T> step, Consumer<T> discard) {
        if (!directories.isHeld(parent(file))) {
            return reading(file, view -> ((KernelPins) view).looking(file, failed, step, discard), discard);
        }
        return in(() -> find(parent(file)), failed, step);
    }

    /** Opens a directory. Null if there is none, or another file. */
    private @Nullable PathDescriptor find(Path directory) throws IOException {
        try {
            return directories.find(directory);
        } catch (NotDirectoryException e) {
            return null;
        }
    }

    @Override
    public void setTime(Path path, Instant time) {
        changing(new PinErrors("setting the time of the pin " + path, path), path, directory -> {
            directory.setTime(name(path), time);
            return true;
        });
    }

    @Override
    public Instant time(Path path) {
        PinErrors errors = new PinErrors("reading the time of the pin " + path, path);
        PathDescriptor.Status status = status(path, errors);
        if (status == null) {
            throw errors.failed(new PathException(path, ErrnoNumbers.ENOENT, null));
        }
        return status.modified();
    }

    @Override
    public Lock hold(Path set) {
        return directories.hold(set);
    }

    @Override
    public boolean isFile(Path path) {
        PathDescriptor.Status status = status(path);
        return status != null && !status.isLink();
    }

    @Override
    public @Nullable Object place(Path path) {
        PathDescriptor.Status status = status(path);
        return status == null ? null : status.place();
    }

    @Override
    public String directory(Path path) {
        PinErrors errors = new PinErrors("look-up of the directory " + path, path);
        PathDescriptor.Status found =
                looking(path.resolve("any"), errors::failed, PathDescriptor::status, status -> {});
        if (found == null) {
            throw errors.failed(new PathException(path, ErrnoNumbers.ENOENT, null));
        }
        return found.place().withoutMount();
    }

    @Override
    public boolean isDirectory(Path path) {
        PathDescriptor.Status status = status(path);
        return status != null && status.isDirectory();
    }

    private PathDescriptor.@Nullable Status status(Path path) {
        return status(path, new PinErrors("look-up of " + path, path));
    }

    private PathDescriptor.@Nullable Status status(Path path, PinErrors errors) {
        return looking(path, errors::failed, directory -> directories.status(directory, name(path)), status -> {});
    }

    @Override
    public Object createLike(Path directory, Path model) {
        PinErrors errors = new PinErrors("creation of the directory " + directory, directory);
        Object created = changing(errors, directory, above -> {
            try (PathDescriptor like = existing(model)) {
                return above.createLike(name(directory), like);
            }
        });
        if (created == null) {
            throw errors.failed(new PathException(directory, ErrnoNumbers.EEXIST, null));
        }
        return created;
    }

    @Override
    public void link(Path from, Path to, PinOptions options) {
        Boolean isNew = naming("linking", from, to, (source, target) -> {
            try {
                return source.link(name(from), target, name(to));
            } catch (PathException e) {
                if (e.errno() != ErrnoNumbers.EPERM) {
                    throw e;
                }
                return null; // fs.protected_hardlinks: the pin belongs to another user
            }
        });
        if (isNew == null) {
            pinAgain(from, to, options);
        }
    }

    private void pinAgain(Path from, Path to, PinOptions options) {
        try (RawMap map = open(from, MapAccess.READ_WRITE)) {
            if (map == null) {
                throw new PinErrors("linking of the pin " + from + " to " + to, from)
                        .failed(new PathException(from, ErrnoNumbers.ENOENT, null));
            }
            pin(map, to, options);
            setTime(to, time(from));
        } catch (BpfException e) {
            if (e.errnoNumber() != ErrnoNumbers.EEXIST) {
                throw e;
            }
        }
    }

    @Override
    public void alone(Runnable action) {
        ALONE.writeLock().lock();
        try {
            action.run();
        } finally {
            ALONE.writeLock().unlock();
        }
    }

    @Override
    public void exchange(Path one, Path other) {
        PinErrors errors = new PinErrors("exchange of the directories " + one + " and " + other, one);
        changing(errors, one, directory -> exchange(directory, name(one), name(other), errors));
    }

    @Override
    public void moveDirectory(Path from, Path to) {
        changing(new PinErrors("moving of the directory " + from + " to " + to, from), from, above -> {
            if (!above.moveNew(name(from), above, name(to))) {
                throw new PathException(to, ErrnoNumbers.EEXIST, null);
            }
            directories.removed(above.path().resolve(name(from)));
            return true;
        });
    }

    private static boolean exchange(PathDescriptor directory, String one, String other, PinErrors errors) {
        try {
            directory.exchange(one, other);
            PinDirectories.changed();
            return true;
        } catch (PathException e) {
            throw errors.exchangeFailed(e);
        }
    }

    @Override
    public void tryExchange(Path directory) {
        PinErrors errors = new PinErrors("exchange of two directories in " + directory, directory);
        String one = "nestmap-exchange-1";
        String other = "nestmap-exchange-2";
        try (PathDescriptor found = existing(directory)) {
            try {
                found.createDirectory(one, PinDirectories.PRIVATE);
                found.createDirectory(other, PinDirectories.PRIVATE);
                exchange(found, one, other, errors);
            } finally {
                found.remove(one);
                found.remove(other);
            }
        } catch (IOException e) {
            throw errors.failed(e);
        }
    }

    @Override
    public void createLink(Path link, Path target) {
        changing(
                new PinErrors("creation of the symbolic link " + link, link),
                link,
                directory -> directory.createLink(name(link), target.toString()));
    }

    @Override
    public void move(Path from, Path to) {
        naming("moving", from, to, (source, target) -> {
            source.move(name(from), target, name(to));
            return true;
        });
    }

    @Override
    public void remove(Path path) {
        PinErrors errors = new PinErrors("removal of the pin " + path, path);
        changing(errors, () -> directories.find(parent(path)), directory -> {
            if (directory.remove(name(path))) {
                directories.removed(directory.path().resolve(name(path)));
            }
            return true;
        });
    }

    @Override
    public boolean removeDirectory(Path path) {
        PinErrors errors = new PinErrors("removal of the directory " + path, path);
        return !Boolean.FALSE.equals(changing(errors, () -> directories.find(parent(path)), directory -> {
            boolean isGone = directory.removeIfEmpty(name(path));
            if (isGone) {
                directories.removed(directory.path().resolve(name(path)));
            }
            return isGone;
        }));
    }

    /**
     * Removes a pin, a link or an empty directory, if it exists.
     *
     * @throws BpfException also if it stays, because it is a directory that is not empty
     */
    public void removeFile(Path file) {
        remove(file);
        if (exists(file)) {
            throw notEmpty(file);
        }
    }

    /** Whether a directory is in a BPF file system. Unlike the table of mounts, the kernel also knows it of one that is mounted over another one. */
    public boolean isBpf(Path directory) {
        try (PathDescriptor found = find(directory)) {
            return found != null && found.isBpf();
        } catch (IOException e) {
            throw new PinErrors("look at the directory " + directory, directory).failed(e);
        }
    }

    /** Removes the files of a directory, even if somebody replaces it meanwhile, and then the directory: see {@link #removeFile}. */
    public void removeWithFiles(Path directory) {
        try (PathDescriptor found = find(directory)) {
            if (found != null && found.isBpf()) {
                removeFiles(found);
            }
        } catch (IOException e) {
            throw new PinErrors("removal of the pins in " + directory, directory).failed(e);
        }
        removeFile(directory);
    }

    private static void removeFiles(PathDescriptor directory) throws IOException {
        for (String name : directory.names()) {
            if (directory.remove(name)) {
                PinDirectories.changed();
            }
            if (directory.findStatus(name) != null) {
                throw notEmpty(directory.path().resolve(name));
            }
        }
    }

    private static BpfException notEmpty(Path directory) {
        return BpfException.of(Reason.BUSY, "removal of " + directory)
                .because("it is not empty: another process has put something there meanwhile");
    }

    @Override
    public void createDirectory(Path directory, PinOptions options) {
        PinErrors errors = new PinErrors("creation of the directory " + directory, directory);
        changing(errors, () -> directories.createOrFind(directory, options), created -> true);
    }

    @Override
    public @Nullable Lock lock(Path directory, PinOptions options) {
        PinErrors errors = new PinErrors("locking of the pins in " + directory, directory);
        for (int attempt = 1; ; attempt++) {
            try (PathDescriptor found = directories.findOrCreateLocked(directory, options)) {
                errors.requireBpf(found);
                DirectoryLock lock = DirectoryLock.tryAcquire(found, errors);
                if (lock == null) {
                    return null;
                }
                try (Undo undo = new Undo(lock::close)) {
                    if (lock.isCurrent()) {
                        PinDirectories
                                .changed(); // the previous owner may have exchanged what another thread has opened here
                        return undo.commit(lock);
                    } // otherwise, another process may hold the lock of the directory that is there now
                }
            } catch (IOException e) {
                boolean isRemoved = e instanceof PathException path && path.errno() == ErrnoNumbers.ENOENT;
                if (!isRemoved || attempt == LOCK_ATTEMPTS) {
                    throw errors.lockFailed(e);
                }
            }
            if (attempt == LOCK_ATTEMPTS) {
                return null;
            }
            directories.reopen();
        }
    }

    @Override
    public List<Listed> files(Path directory) {
        PinErrors errors = new PinErrors("listing of the pins in " + directory, directory);
        List<Listed> files =
                looking(directory.resolve("any"), errors::failed, found -> found.list(directory), listed -> {});
        return files == null ? List.of() : files;
    }

    private PathDescriptor existing(Path directory) throws IOException {
        PathDescriptor found = directories.find(directory);
        if (found == null) {
            throw new PathException(directory, ErrnoNumbers.ENOENT, null);
        }
        return found;
    }

    static Path parent(Path path) {
        Path parent = path.toAbsolutePath().normalize().getParent();
        return parent == null ? Path.of("/") : parent;
    }

    static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
