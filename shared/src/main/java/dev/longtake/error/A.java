package dev.longtake.error; final class A { private A() {} }
