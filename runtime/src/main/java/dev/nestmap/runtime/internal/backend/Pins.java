/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.LockHolder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Pins of maps in a BPF file system. Every method throws {@link dev.nestmap.runtime.error.BpfException} on failure. */
public interface Pins {
    /** Pins a map at a path that does not exist yet. Creates missing directories. */
    default void pin(RawMap map, Path path, PinOptions options) {
        pin(map, path, options, null);
    }

    /**
     * Does the same, and sets the time of the pin, unless it is null. Without that, two pins of one map could have the same time: the kernel sets it to the time of its
     * last timer tick, up to 10 ms ago ({@code bpf_get_inode} in {@code kernel/bpf/inode.c}).
     *
     * @return the time, of which the file system may keep fewer digits
     */
    Instant pin(RawMap map, Path path, PinOptions options, @Nullable Instant time);

    /** Pins a text that nobody can change, at a path that does not exist yet. Creates missing directories. */
    void write(Path path, String text, PinOptions options);

    /**
     * Reads such a text. Null if nothing is pinned at the path.
     *
     * @throws dev.nestmap.runtime.error.BpfException also if something else is pinned there
     */
    @Nullable
    String read(Path path);

    /** Opens the map that is pinned at the path. The caller owns the result. Null if nothing is pinned there. */
    @Nullable
    RawMap open(Path path, MapAccess access);

    /** Whether the pin at a path still refers to this map, and not to a map that an upgrade has pinned there. */
    boolean isPinned(RawMap map, Path path);

    /** Sets the time of a pin. The file system may keep fewer digits. */
    void setTime(Path path, Instant time);

    /** The time of a pin: when it was created, or the last {@link #setTime}. Moves and changes of its owner or mode don't change it. */
    Instant time(Path path);

    /**
     * Reaches all in a set through directories that are opened once, until the result is closed. The caller owns the set, whose generation changes only
     * in this process; or it acquires the {@link #lock}, and has looked into no generation before.
     */
    Lock hold(Path set);

    /**
     * Runs an action that only reads, in one generation of each set. If another process has published a generation meanwhile, discards the result or the
     * exception, and runs the action again.
     *
     * @param pin names a place in messages
     * @param action gets the pins, which end with it
     * @param discard closes a result
     */
    <T> @Nullable T reading(Path pin, Function<Pins, @Nullable T> action, Consumer<T> discard);

    /** Where a file is in its file system, which no two files have at the same time. Null if there is nothing at the path. */
    @Nullable
    Object place(Path path);

    /** What the kernel calls a directory, wherever it is moved or mounted. No other directory has this name as long as something is pinned in it. */
    String directory(Path path);

    /** Whether there is a directory. */
    boolean isDirectory(Path path);

    /** Creates a directory with the owner and the permissions of another one, as far as this process may set the owner. Returns its {@link #place}. */
    Object createLike(Path directory, Path model);

    /**
     * Gives a pin a second path in the same file system, which refers to the same object and has the same time. Where the kernel lets only the
     * pin's owner do that, pins the map again. Does nothing if there is a file at the second path.
     */
    void link(Path from, Path to, PinOptions options);

    /** Runs an action while no other thread of this process changes a pin. */
    void alone(Runnable action);

    /** Gives a directory another name in the directory above it, at which there is no file. */
    void moveDirectory(Path from, Path to);

    /** Each of two directories of one directory gets the name of the other one, in one system call. */
    void exchange(Path one, Path other);

    /**
     * Exchanges two new directories and removes them, so that a kernel or a container that refuses it is noticed before the first map is pinned, and
     * not by an upgrade.
     */
    void tryExchange(Path directory);

    /** Whether there is a file that is no symbolic link. */
    boolean isFile(Path path);

    /** Creates a symbolic link, unless there is a file with its name. */
    void createLink(Path link, Path target);

    /** Whether a pin or a directory exists. */
    default boolean exists(Path path) {
        return place(path) != null;
    }

    /** Moves a pin to another path of the same file system, and replaces a pin that exists there. */
    void move(Path from, Path to);

    /** Removes a pin if it exists. */
    void remove(Path path);

    /** Removes a directory if it is empty, and never a file. Returns whether there is neither. */
    boolean removeDirectory(Path path);

    /** Creates a directory, and those above it, unless it exists. */
    void createDirectory(Path directory, PinOptions options);

    /**
     * Locks a directory until the lock is closed or this process ends. Creates the directory if it is missing, for users who may write
     * the pins, and directories above it for users who may read them. Null if another process, or another caller in this process, holds
     * the lock, or if somebody removes the directory again and again.
     *
     * @param options those of the pins
     */
    @Nullable
    Lock lock(Path directory, PinOptions options);

    /** Lists the files in a directory, in no particular order. Empty if the directory does not exist. */
    List<Listed> files(Path directory);

    /** Does the same, and returns their paths. */
    default List<Path> list(Path directory) {
        return files(directory).stream().map(Listed::path).toList();
    }

    /**
     * A file in a directory.
     *
     * @param isPin whether it is neither a directory nor a symbolic link
     */
    record Listed(Path path, boolean isDirectory, boolean isPin) {}

    /** The lock of a directory. */
    interface Lock extends AutoCloseable {
        /** A lock that excludes nobody. */
        Lock NONE = () -> {};

        /** Names the process that holds the lock of a directory, as far as this process may know: {@code process 17}. */
        static String holder(Path directory) {
            LockHolder holder = LockHolder.of(directory, LockHolder.Kind.FLOCK);
            if (holder == null) {
                return "another process, or another object of this process,"; // the owner's name is only an aid
            }
            return holder.isThisProcess() ? "another object of this process" : holder.description();
        }

        /** Whether the path still leads to the directory that is locked. Otherwise, another process may hold the lock of another directory. */
        default boolean isCurrent() {
            return true;
        }

        @Override
        void close();
    }
}
