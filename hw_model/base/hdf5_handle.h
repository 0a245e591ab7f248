// SPDX-License-Identifier: Apache-2.0
// What every user of libhdf5's C interface needs: handles that close themselves, and silence.
#pragma once

#include <hdf5.h>

#include <utility>

namespace cortile::hdf5 {

// An open libhdf5 object and the function that closes it.
class Handle {
  public:
    using Close = herr_t (*)(hid_t);

    Handle() = default;
    Handle(hid_t id, Close close) : id_(id), close_(close) {}
    Handle(Handle&& other) noexcept
        : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(id_, other.id_);
        std::swap(close_, other.close_);
        return *this;
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() {
        if (id_ >= 0) {
            close_(id_);
        }
    }

    bool valid() const { return id_ >= 0; }
    hid_t get() const { return id_; }

  private:
    hid_t id_ = H5I_INVALID_HID;
    Close close_ = nullptr;
};

// While it lives, libhdf5 keeps its error stack but does not print it.
class SilentErrors {
  public:
    SilentErrors() {
        H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    }
    ~SilentErrors() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }
    SilentErrors(const SilentErrors&) = delete;
    SilentErrors& operator=(const SilentErrors&) = delete;

  private:
    H5E_auto2_t function_ = nullptr;
    void* data_ = nullptr;
};

}  // namespace cortile::hdf5
