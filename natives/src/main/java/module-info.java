/* SPDX-License-Identifier: Apache-2.0 */
/** The interface between Nestmap and native code, and the choice of its implementation. */
@SuppressWarnings("module") // the other modules are compiled later
module dev.nestmap.natives {
    requires transitive org.jspecify;

    exports dev.nestmap.natives to
            dev.nestmap.foreign,
            dev.nestmap.jnr,
            dev.nestmap.runtime;

    uses dev.nestmap.natives.NativeAccess;
}
