/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.natives;

import java.nio.ByteBuffer;

/**
 * Calls native functions and accesses native memory. A constructor of an implementation only creates the object: native code is loaded by
 * the first call, so that maps in memory need none.
 */
public interface NativeAccess {
    /** The value of the system property {@value Natives#PROPERTY} that selects this implementation. */
    String name();

    /** The oldest version of Java on which this implementation runs. Without the property, the newest one that runs is selected. */
    int oldestJava();

    /** The module that {@code --enable-native-access} has to name. */
    Module caller();

    /**
     * Opens a library of the system.
     *
     * @param name a file name without directories, or an absolute path
     * @throws UnsatisfiedLinkError if the library can't be loaded
     * @throws IllegalCallerException if the Java VM denies native access
     */
    NativeLibrary open(String name);

    /** The errno of this thread's last call of a function that saves it. */
    int lastErrno();

    /** The address of a direct buffer's memory. */
    long address(ByteBuffer direct);

    /** Makes a buffer of memory at an address, in big-endian order as every new buffer. The buffer does not keep the memory allocated. */
    ByteBuffer memory(long address, int size);

    /** Makes a function of C that calls an object of Java. Returns its address, which is valid as long as this process. */
    long pointerTo(NativeCallback callback);
}
