/* SPDX-License-Identifier: Apache-2.0 */
/** The annotations of Nestmap, and the value types that records may use and that the JDK lacks. */
module dev.nestmap.annotations {
    exports dev.nestmap.annotations;
    exports dev.nestmap.annotations.kernel;
    exports dev.nestmap.types;
}
