/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.SystemCalls;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the names in a directory. The classes of the JDK lose the errno. */
final class DirectoryListing {
    private static final int BUFFER_SIZE = 16_384;

    /** Fields of {@code struct linux_dirent64} in {@code linux/dirent.h}. */
    private static final int LENGTH_AT = 16;

    private static final int NAME_AT = 19;

    private DirectoryListing() {}

    /** The names in the directory with this descriptor, without {@code .} and {@code ..}. */
    static List<String> names(int fd, Path path) throws PathException {
        List<String> names = new ArrayList<>();
        OffHeapBlock buffer = OffHeapBlock.allocate(BUFFER_SIZE);
        try {
            int size = read(fd, buffer, path);
            while (size > 0) {
                for (int at = 0;
                        at < size;
                        at += Short.toUnsignedInt(buffer.bytes().getShort(at + LENGTH_AT))) {
                    names.add(name(buffer, at + NAME_AT));
                }
                size = read(fd, buffer, path);
            }
        } finally {
            Reference.reachabilityFence(buffer);
        }
        names.removeAll(List.of(".", ".."));
        return names;
    }

    private static int read(int fd, OffHeapBlock buffer, Path path) throws PathException {
        int size = SystemCalls.directoryEntries(fd, buffer.address(), buffer.size());
        if (size < 0) {
            throw new PathException(path, NativeLibraries.lastErrno(), null);
        }
        return size;
    }

    private static String name(OffHeapBlock buffer, int at) {
        int end = at;
        while (buffer.bytes().get(end) != 0) {
            end++;
        }
        byte[] name = new byte[end - at];
        buffer.bytes().get(at, name);
        return new String(name, StandardCharsets.UTF_8);
    }
}
