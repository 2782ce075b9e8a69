/* SPDX-License-Identifier: Apache-2.0 */
package java.lang.foreign;

public interface GroupLayout extends MemoryLayout {}
