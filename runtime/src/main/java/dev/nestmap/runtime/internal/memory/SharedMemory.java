/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

import java.nio.ByteBuffer;

/** The values of an array, in memory that programs and user space share. */
public interface SharedMemory extends AutoCloseable {
    /** The values, each at a multiple of 8 bytes. It may be read also after {@link #close}; then it is anything. */
    ByteBuffer bytes();

    /** Lets go of the array. Who is reading meanwhile comes to no harm; nobody writes. */
    @Override
    void close();
}
