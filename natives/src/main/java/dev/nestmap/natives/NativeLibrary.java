/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.natives;

/** An open native library. It stays open as long as the process. */
public interface NativeLibrary {
    /**
     * Returns a function, which is found and linked when it is first called.
     *
     * @param savesErrno whether {@link NativeAccess#lastErrno} returns its errno after a call. Saving takes some nanoseconds
     */
    NativeFunction function(String name, boolean savesErrno);

    /** Whether the library has a function with this name. */
    boolean has(String name);
}
