/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * An object file that was read and not loaded yet.
 *
 * @param name its path or the name of its resource, for messages
 * @param bytes the whole file
 * @param content the declarations in it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record OpenedFile(String name, byte[] bytes, ObjectFile content) {
    /**
     * Reads an object file.
     *
     * @throws BpfException if it can't be read
     */
    public static OpenedFile read(Path object) {
        try {
            return of(object.toString(), Files.readAllBytes(object));
        } catch (NoSuchFileException e) {
            throw BpfException.of("reading of object " + object)
                    .because("there is no file " + object.toAbsolutePath().normalize()
                            + ": check the path, and compile the object first")
                    .cause(e)
                    .build();
        } catch (IOException e) {
            int errno = ErrnoNumbers.of(e);
            String explanation = errno == 0 ? e.toString() : null;
            throw BpfException.of("reading of object " + object)
                    .errno(errno)
                    .because(explanation)
                    .cause(e)
                    .build();
        }
    }

    /**
     * Reads the object file beside a generated class.
     *
     * @throws BpfException if it is missing or can't be read
     */
    public static OpenedFile read(ObjectResources resources) {
        return of(resources.header(), resources.object());
    }

    private static OpenedFile of(String name, byte[] bytes) {
        try {
            return new OpenedFile(name, bytes, ObjectFile.parse(name, bytes));
        } catch (MalformedObjectException e) {
            String reason = "the file can't be read: " + e.getMessage()
                    + ". Nestmap reads objects that nestmap-maven-plugin compiles, or clang -g -O2 -target bpf";
            throw BpfException.of("load of object " + name)
                    .because(reason)
                    .cause(e)
                    .build();
        }
    }
}
