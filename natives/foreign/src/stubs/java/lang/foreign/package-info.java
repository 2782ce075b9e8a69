/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The signatures of java.lang.foreign that this module calls, so that every JDK from 17 on compiles the same classes. Nothing of it is in the
 * jar: the Java VM has the real ones since version 22. A call that does not exist there fails each test with the kernel on such a version.
 */
package java.lang.foreign;
