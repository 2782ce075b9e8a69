/* SPDX-License-Identifier: Apache-2.0 */
/** Calls native functions with JNR-FFI, on every version of Java that Nestmap supports. */
@SuppressWarnings("requires-automatic") // of JNR, only the ASM libraries are modules
module dev.nestmap.jnr {
    requires dev.nestmap.natives;

    // Reads jffi, too, an automatic module whose name differs between versions.
    requires org.jnrproject.ffi;

    // JNR needs these, but does not declare it.
    requires java.logging;
    requires jdk.unsupported;
    requires org.objectweb.asm.commons;
    requires org.objectweb.asm.util;

    provides dev.nestmap.natives.NativeAccess with
            dev.nestmap.jnr.JnrAccess;

    // JNR implements the interfaces of this package in an unnamed module.
    opens dev.nestmap.jnr;
}
