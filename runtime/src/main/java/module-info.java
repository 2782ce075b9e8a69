/* SPDX-License-Identifier: Apache-2.0 */

/** Live BPF maps: loads objects, and reads, writes, creates and swaps their maps. */
@SuppressWarnings("requires-automatic") // of JNR, only the ASM libraries are modules
module dev.nestmap.runtime {
    requires transitive dev.nestmap.annotations;
    requires dev.nestmap.schema;

    // Generated classes have its annotations.
    requires transitive org.jspecify;

    // Without it, Nestmap writes no events for the Flight Recorder.
    requires static jdk.jfr;
    requires org.jnrproject.ffi;
    requires org.jnrproject.jffi;

    // JNR needs these, but does not declare it.
    requires java.logging;
    requires jdk.unsupported;
    requires org.objectweb.asm.commons;
    requires org.objectweb.asm.util;

    exports dev.nestmap.runtime;
    exports dev.nestmap.runtime.attach;
    exports dev.nestmap.runtime.error;
    exports dev.nestmap.runtime.observe;
    exports dev.nestmap.runtime.pin;
    exports dev.nestmap.runtime.program;

    // For generated classes.
    exports dev.nestmap.runtime.codec;
    exports dev.nestmap.runtime.spi;

    // JNR implements the interfaces of this package in an unnamed module.
    opens dev.nestmap.runtime.internal.kernel.natives;
}
