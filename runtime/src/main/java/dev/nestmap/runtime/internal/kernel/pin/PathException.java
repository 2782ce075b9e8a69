/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Thrown if a path can't be followed to its end, because of an errno or a file that Nestmap rejects. */
final class PathException extends FileSystemException {
    private static final long serialVersionUID = 1;

    private final int errno;

    /**
     * @param at the file where it ends
     * @param errno a positive number; 0 if Nestmap rejects the file
     * @param reason a sentence; null if the errno says it all
     */
    PathException(Path at, int errno, @Nullable String reason) {
        super(at.toString(), null, reason);
        this.errno = errno;
    }

    int errno() {
        return errno;
    }
}
