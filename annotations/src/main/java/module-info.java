/* SPDX-License-Identifier: Apache-2.0 */
/** The annotations of Nestmap, and the value types that records may use and that the JDK lacks. */
module dev.nestmap.annotations {
    requires static jdk.compiler; // for a check inside the compiler, which finds it on the class path only

    exports dev.nestmap.annotations;
    exports dev.nestmap.annotations.kernel;
    exports dev.nestmap.types;
}
