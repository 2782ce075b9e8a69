/* SPDX-License-Identifier: Apache-2.0 */
/** Calls native functions with java.lang.foreign, on Java 22 and newer. */
module dev.nestmap.foreign {
    requires dev.nestmap.natives;

    provides dev.nestmap.natives.NativeAccess with
            dev.nestmap.foreign.ForeignAccess;
}
