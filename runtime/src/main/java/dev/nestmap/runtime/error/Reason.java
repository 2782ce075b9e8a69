/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.error;

/** Why an operation failed, for code that reacts to it: see {@link BpfException#reason}. */
public enum Reason {
    /**
     * The handle, the link or the object was closed, or another map or program has taken the place of this one. Get a new handle from the
     * outer map, open the pin again, or load the object again.
     */
    CLOSED,

    /**
     * There is no such key, pin, map, program, file or network interface. If another process creates it, try again later. Otherwise, correct
     * the name or the path.
     */
    NOT_FOUND,

    /** Something is already at this key, slot, pin or hook. Use what is there, or choose another one. */
    ALREADY_EXISTS,

    /**
     * Somebody else is using it now: the owner of the pins, a load, or a program that holds a lock. Try again later. The message says if something
     * has already been changed.
     */
    BUSY,

    /**
     * A pinned map, an object or an entry differs from the declaration in your code. For example, a different version has pinned the map, the object
     * was compiled with other records, or bytes can't be decoded. Let a load upgrade the map, or use the version that fits.
     */
    MISMATCH,

    /** This process lacks a capability, its user lacks a permission, or the map is read-only. */
    NOT_PERMITTED,

    /** This kernel, this libbpf, or the map's type can't do it. Or it needs a kernel, and the map is in memory. Do without it. */
    NOT_SUPPORTED,

    /**
     * The map or the memory is full, or the limit of waiting maps or of open files is reached. Remove or drain entries, or raise the limit.
     */
    FULL,

    /** The kernel's verifier rejected a program. {@link BpfException#log} says why. */
    REJECTED_BY_VERIFIER,

    /**
     * Nestmap has refused the operation, because counts would be lost or counted twice. Many messages name a call that accepts the loss. Only a
     * {@code close} can't be refused: it has closed the object, and the counts are lost.
     */
    LOSES_COUNTS,

    /** The call, the C code or the declaration is always wrong. Change the code. */
    WRONG_USE,

    /** An action or a listener threw {@link Throwable#getCause}, or the JVM had no memory. */
    ACTION_FAILED,

    /**
     * The kernel, libbpf or a file system refused for a reason that is not in this list: see {@link BpfException#errno} and {@link
     * Throwable#getCause}.
     */
    SYSTEM_CALL
}
